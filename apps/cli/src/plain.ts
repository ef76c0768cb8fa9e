/**
 * What others have written, made safe to show on a terminal: a control character there moves the cursor, renames the
 * window or hides what follows. Everything that is drawn goes through here; JSON output has its own escapes.
 */

/** Overrides and embeddings of direction reach over the end of the text that holds them. */
const DIRECTION = /[\u202A-\u202E\u2066-\u2069]/gu;
const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u;
const CONTROLS = /\p{Cc}/gu;

/** As lines, each without control characters: those have a visible stand-in. */
export function plainLines(text: string): string[] {
  return text
    .split(LINE_ENDS)
    .map((line) => line.replaceAll('\t', '  ').replaceAll(DIRECTION, '').replaceAll(CONTROLS, visible));
}

/** As one line. */
export function plain(text: string): string {
  return plainLines(text).join(' ');
}

/** As one line of at most `length` characters. */
export function excerpt(text: string, length: number): string {
  const line = Array.from(plain(text));
  return line.length <= length ? line.join('') : `${line.slice(0, length - 1).join('')}…`;
}

/** One line of JSON, with no control character in it. */
export function json(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007F-\u009F\u2028\u2029]/gu,
    (control) => String.raw`\u${(control.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function visible(control: string): string {
  const code = control.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x24_00 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}
