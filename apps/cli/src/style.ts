const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Ways to set text off. Without colours each gives its text as it is. */
export type Style = Record<keyof typeof CODES, (text: string) => string>;

export function createStyle(colours: boolean): Style {
  const paint = ([on, off]: readonly [number, number]) =>
    colours ? (text: string) => `\u001B[${on}m${text}\u001B[${off}m` : (text: string) => text;
  const { bold, dim, red, green, yellow, cyan } = CODES;
  return {
    bold: paint(bold),
    dim: paint(dim),
    red: paint(red),
    green: paint(green),
    yellow: paint(yellow),
    cyan: paint(cyan),
  };
}

/** Colours are for terminals, and for people who have not said no (https://no-color.org). */
export function wantsColours(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
