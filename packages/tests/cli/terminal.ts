// The terminal client as a person or a script starts it: one process for each command.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

import { TERMINAL_CLIENT } from './built.ts';

const WAIT_MS = 30_000;

export interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export class Command implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, [TERMINAL_CLIENT, ...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    });
    this.#closed = once(this.#child, 'close');
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#child.stdin.on('error', () => undefined);
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Types a line. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** There is no more to type. */
  endInput(): this {
    this.#child.stdin.end();
    return this;
  }

  /** Waits until standard output holds what is looked for. */
  async shows(wanted: string | RegExp): Promise<void> {
    const isThere = () =>
      typeof wanted === 'string' ? this.#stdout.includes(wanted) : wanted.test(this.#stdout);
    await this.#until(isThere, `${String(wanted)} on standard output`);
  }

  /** The `count`th line of JSON of that `type`. */
  async event<
    Event extends { type: string } = { type: string; id: string; payload: Record<string, unknown> },
  >(type: string, count = 1): Promise<Event> {
    const found = () => this.values<Event>().filter((event) => event.type === type)[count - 1];
    await this.#until(() => found() !== undefined, `a ${type} (${count})`);
    return found() as Event;
  }

  /** What was written as JSON so far. */
  values<Value>(): Value[] {
    const lines = this.#stdout.split('\n');
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Value);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<Ended> {
    await this.#until(() => this.#child.exitCode !== null || this.#child.signalCode !== null, 'its end');
    await this.#closed;
    return { exitCode: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async #until(isSo: () => boolean, wanted: string): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!isSo()) {
      if (Date.now() > deadline) {
        throw new Error(`waited in vain for ${wanted}\n${this.#stdout}\n${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Someone with a session file of their own. */
export class Terminal {
  readonly #env: Record<string, string>;

  constructor(env: { PARLEY_URL: string; PARLEY_SESSION: string }) {
    this.#env = env;
  }

  start(...args: string[]): Command {
    return new Command(args, this.#env);
  }

  /** Runs a command to its end. */
  async run(...args: string[]): Promise<Ended> {
    await using command = this.start(...args).endInput();
    return await command.ended();
  }

  /** Runs a command that succeeds, and gives what it wrote as JSON. */
  async json<Value>(...args: string[]): Promise<Value> {
    const { exitCode, stdout, stderr } = await this.run('--json', ...args);
    if (exitCode !== 0 || stderr !== '') throw new Error(`${args.join(' ')}: ${exitCode}, ${stderr}`);
    return JSON.parse(stdout) as Value;
  }

  /** Runs a command that fails, and gives its exit code and the error that it wrote as JSON. */
  async failure(
    ...args: string[]
  ): Promise<{ exitCode: number | null; error: { reason: string; message: string } }> {
    const { exitCode, stdout, stderr } = await this.run('--json', ...args);
    if (stdout !== '') throw new Error(`${args.join(' ')} wrote ${stdout}`);
    return { exitCode, ...(JSON.parse(stderr) as { error: { reason: string; message: string } }) };
  }
}
