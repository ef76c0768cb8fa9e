import type { Clock } from '../core/clock.ts';

/** Timers that end together. */
export class Timers implements Disposable {
  readonly #clock: Clock;
  readonly #running = new Set<Disposable>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls once after `ms`, unless disposed before. */
  after(ms: number, call: () => void): Disposable {
    const timer = this.#clock.after(ms, () => {
      this.#running.delete(entry);
      call();
    });
    const entry = {
      [Symbol.dispose]: () => {
        this.#running.delete(entry);
        timer[Symbol.dispose]();
      },
    };
    this.#running.add(entry);
    return entry;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#running) timer[Symbol.dispose]();
  }
}
