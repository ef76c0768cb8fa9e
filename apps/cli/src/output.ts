/**
 * What is written, and where: values to standard output, as JSON (one a line) or as text for people; everything else to
 * standard error, so that a pipe holds values alone.
 */
import { EXIT, failureLine, failureOf } from './failure.ts';
import { json } from './plain.ts';
import { createStyle, wantsColours, type Style } from './style.ts';

export class Output {
  readonly isJson: boolean;
  readonly style: Style;
  readonly #errorStyle: Style;

  constructor(isJson: boolean) {
    this.isJson = isJson;
    this.style = createStyle(!isJson && wantsColours(process.stdout, process.env));
    this.#errorStyle = createStyle(!isJson && wantsColours(process.stderr, process.env));
  }

  /** Writes a value; `text` is what people see of it, nothing where it is empty. */
  value(value: unknown, text: () => string): void {
    const line = this.isJson ? json(value) : text();
    if (line !== '') process.stdout.write(`${line}\n`);
  }

  /** Tells people what is no value; nothing where there is nothing to tell. */
  note(text: string | undefined): void {
    if (!this.isJson && text !== undefined) process.stderr.write(`${this.#errorStyle.dim(text)}\n`);
  }

  /** Tells of an error in one line. Returns the exit code. */
  fail(error: unknown): number {
    const failure = failureOf(error);
    const { exitCode, reason, message, details } = failure;
    const line = this.isJson
      ? json({ error: { reason, message, ...details } })
      : this.#errorStyle.red(failureLine(failure));
    process.stderr.write(`${line}\n`);
    return exitCode;
  }
}

/** A reader that has seen enough (`| head -1`) ends the program, and that is no failure. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.ok);
  });
}
