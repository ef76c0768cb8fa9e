/**
 * Lines that a person types, or that a pipe holds, and text that appears above what is being typed. On a terminal the
 * line being typed stays at the bottom, whatever is printed meanwhile.
 */
import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';

export interface PromptOptions {
  /** What Tab completes the beginning of a line to. */
  completions?: readonly string[];
  /** Whether a line stays on the screen once it was entered; answers to questions do. */
  keeps?: (line: string) => boolean;
}

/** Lines of a pipe that are read ahead; it is paused meanwhile. */
const READ_AHEAD = 64;
const HISTORY_LENGTH = 200;
const ENTER = new Set(['return', 'enter']);

export class Prompt implements Disposable {
  /** Whether someone sits there; otherwise lines come from a pipe, and nothing asks for them. */
  readonly isTerminal: boolean;
  /** Called with what is being typed, after each key. */
  onTyping: (line: string) => void = () => undefined;
  readonly #keeps: (line: string) => boolean;
  readonly #screen: Screen;
  readonly #lines: string[] = [];
  readonly #readline: Interface;
  #taker: ((line: string | null) => void) | undefined;
  #isClosed = false;
  #isAsking = false;
  #isHidden = false;
  /** Rows that the line entered last filled besides its first one. */
  #rows = 0;

  constructor({ completions = [], keeps = () => true }: PromptOptions = {}) {
    const { stdin, stdout, stderr } = process;
    this.#keeps = keeps;
    // Where standard output is a pipe or a file, questions are still asked where they are seen.
    this.#screen = new Screen(stdout.isTTY ? stdout : stderr);
    this.isTerminal = stdin.isTTY && this.#screen.target.isTTY;
    this.#readline = createInterface({
      input: stdin,
      output: this.#screen,
      terminal: this.isTerminal,
      historySize: HISTORY_LENGTH,
      prompt: '',
      completer: (line: string) => [completions.filter((name) => name.startsWith(line)), line],
    });
    this.#readline
      .on('line', (line) => this.#entered(line))
      .on('SIGINT', () => this.#interrupted())
      .on('close', () => this.#closed())
      .on('history', (history) => {
        if (this.#isHidden) history.shift();
      });
    if (!this.isTerminal) return;
    stdin.prependListener('keypress', this.#beforeKey);
    stdin.on('keypress', this.#afterKey);
  }

  /** The next line; null when there are no more. */
  async line(): Promise<string | null> {
    this.#redraw(this.#readline.getCursorPos().rows);
    const line = this.#lines.shift();
    if (line !== undefined) return line;
    if (this.#isClosed) return null;
    this.#readline.resume();
    return await new Promise((resolve) => (this.#taker = resolve));
  }

  /** The answer to a question; null when there is none. A hidden one is not shown while it is typed. */
  async ask(question: string, { hidden = false } = {}): Promise<string | null> {
    // The terminal itself would show it.
    if (hidden && process.stdin.isTTY && !this.isTerminal) return null;
    this.#readline.setPrompt(question);
    this.#isAsking = true;
    if (this.isTerminal && hidden) {
      this.#screen.target.write(question);
      this.#isHidden = true;
      this.#screen.isMuted = true;
    }
    const answer = await this.line();
    if (this.#isHidden) this.#screen.target.write('\n');
    this.#isAsking = false;
    this.#isHidden = false;
    this.#screen.isMuted = false;
    this.#readline.setPrompt('');
    return answer;
  }

  /** What stands before the line being typed. */
  set label(label: string) {
    const { rows } = this.#readline.getCursorPos();
    this.#readline.setPrompt(label);
    this.#redraw(rows);
  }

  /** Writes text above the line being typed. */
  print(text: string): void {
    if (!this.isTerminal || this.#isClosed || this.#screen.target !== process.stdout) {
      process.stdout.write(`${text}\n`);
      return;
    }
    const { rows } = this.#readline.getCursorPos();
    moveCursor(process.stdout, 0, -rows);
    cursorTo(process.stdout, 0);
    clearScreenDown(process.stdout);
    process.stdout.write(`${text}\n`);
    this.#redraw(0);
  }

  /** No line comes any more. */
  close(): void {
    if (!this.#isClosed) this.#readline.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Draws the line being typed anew, from `rows` above the cursor. */
  #redraw(rows: number): void {
    if (!this.isTerminal || this.#isClosed) return;
    // readline's own note of it, which it does not keep while text is pasted.
    Object.assign(this.#readline, { prevRows: rows });
    this.#readline.prompt(true);
  }

  #entered(line: string): void {
    if (this.isTerminal && !this.#isAsking && !this.#keeps(line)) {
      moveCursor(this.#screen.target, 0, -this.#rows - 1);
      clearScreenDown(this.#screen.target);
    }
    const taker = this.#taker;
    this.#taker = undefined;
    if (taker !== undefined) taker(line);
    else if (this.#lines.push(line) >= READ_AHEAD) this.#readline.pause();
  }

  /** Ctrl-C clears what is being typed; where there is nothing, it is the end. */
  #interrupted(): void {
    if (this.#readline.line === '' || this.#isHidden) this.close();
    else {
      this.#readline.write(null, { ctrl: true, name: 'e' });
      this.#readline.write(null, { ctrl: true, name: 'u' });
    }
  }

  #closed(): void {
    this.#isClosed = true;
    process.stdin.off('keypress', this.#beforeKey).off('keypress', this.#afterKey);
    if (this.isTerminal) this.#screen.target.write('\n');
    this.#taker?.(null);
  }

  readonly #beforeKey = (_text: string, key: { name?: string } | undefined): void => {
    if (!ENTER.has(key?.name ?? '')) return;
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#rows = this.#readline.getCursorPos().rows;
  };

  readonly #afterKey = (): void => {
    if (!this.#isHidden && !this.#isClosed) this.onTyping(this.#readline.line);
  };
}

/** The terminal, or nothing while an answer is hidden. */
class Screen extends Writable {
  readonly target: WriteStream;
  isMuted = false;

  constructor(target: WriteStream) {
    super({ decodeStrings: false });
    this.target = target;
    target.on('resize', () => this.emit('resize'));
  }

  get columns(): number {
    return this.target.columns;
  }

  override _write(
    chunk: string | Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    if (!this.isMuted) this.target.write(chunk);
    done();
  }
}
