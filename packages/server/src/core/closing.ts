import type { Logger } from './logger.ts';

/** What is to be closed, the newest first. One that fails is logged, and holds up no other. */
export class Closing {
  readonly #steps: (() => unknown)[] = [];
  readonly #log: Logger;
  #closed: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  get begun(): boolean {
    return this.#closed !== undefined;
  }

  /** Closes once, however often it is called. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        this.#log.error({ err: error }, 'closing failed');
      }
    }
  }
}
