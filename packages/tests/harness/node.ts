// A node of a deployment: a process at a fixed port that is started, ended, frozen and started again.
import { startProcess, type ServerProcess } from './processes.ts';

export interface NodeOptions {
  name: string;
  /** An absolute URL or a path relative to this file. */
  entry: string;
  port: number;
  env: Record<string, string>;
}

export class ServerNode implements AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly #options: NodeOptions;
  #process: ServerProcess | undefined;
  #output = '';
  /** Also when the tests are interrupted: nobody else knows of this process. */
  readonly #abandon = () => this.signal('SIGKILL');

  constructor(options: NodeOptions) {
    this.#options = options;
    this.name = options.name;
    this.port = options.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    const child = this.#process?.process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** What its processes have printed so far. */
  get output(): string {
    return this.#output + (this.#process?.output ?? '');
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    const { entry, port, env } = this.#options;
    process.once('exit', this.#abandon);
    this.#process = await startProcess(entry, { port, env });
  }

  /** Waits until it has ended; its exit code, or null where the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const ending = this.#process;
    if (ending === undefined) return null;
    const code = await ending.end(signal);
    process.off('exit', this.#abandon);
    this.#output += ending.output;
    this.#process = undefined;
    return code;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
