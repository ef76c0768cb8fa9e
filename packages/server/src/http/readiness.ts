import type { Clock } from '../core/clock.ts';

interface Options {
  clock: Clock;
  /** Asks the database something small. */
  ask: () => Promise<unknown>;
}

/** A probe waits this long for the database. */
const PATIENCE_MS = 2_000;
/** Probes within this time share one answer: anyone may ask. */
const FRESH_MS = 1_000;

/** Whether the server can do its work: the database answers, and nobody has asked it to stop. */
export class Readiness {
  readonly #options: Options;
  #stopping = false;
  #answer: { at: number; ready: Promise<boolean> } | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** From here on the answer is no. */
  stop(): void {
    this.#stopping = true;
  }

  async isReady(): Promise<boolean> {
    if (this.#stopping) return false;
    const now = this.#options.clock.now();
    if (this.#answer === undefined || now - this.#answer.at >= FRESH_MS) {
      this.#answer = { at: now, ready: this.#ask() };
    }
    return (await this.#answer.ready) && !this.#stopping;
  }

  async #ask(): Promise<boolean> {
    const { clock, ask } = this.#options;
    return await new Promise<boolean>((resolve) => {
      const timer = clock.after(PATIENCE_MS, () => resolve(false));
      const answer = (ready: boolean) => {
        timer[Symbol.dispose]();
        resolve(ready);
      };
      ask().then(
        () => answer(true),
        () => answer(false),
      );
    });
  }
}
