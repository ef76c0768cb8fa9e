import type { Clock } from '../core/clock.ts';

/** Timers that end together. */
export class Timers implements Disposable {
  readonly #clock: Clock;
  /** Most of the time there are none. */
  #running: Set<Disposable> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls once after `ms`, unless disposed before. */
  after(ms: number, call: () => void): Disposable {
    const timer = this.#clock.after(ms, () => {
      this.#forget(entry);
      call();
    });
    const entry = {
      [Symbol.dispose]: () => {
        this.#forget(entry);
        timer[Symbol.dispose]();
      },
    };
    this.#running ??= new Set();
    this.#running.add(entry);
    return entry;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#running ?? []) timer[Symbol.dispose]();
  }

  #forget(timer: Disposable): void {
    this.#running?.delete(timer);
    if (this.#running?.size === 0) this.#running = undefined;
  }
}
