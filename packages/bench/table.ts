/** A table in Markdown, as the formatter leaves it: the first column to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column)).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const pad = (cell: string, width: number, column: number) =>
  column === 0 ? cell.padEnd(width) : cell.padStart(width);

/** Cut off, not rounded: only a whole is 100.000 %. */
export const percent = (part: number, whole: number) =>
  `${(Math.floor((part / whole) * 100_000) / 1_000).toFixed(3)} %`;

export const milliseconds = (value: number | undefined) =>
  value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

export const count = (value: number) => value.toLocaleString('en').replaceAll(',', ' ');
