import type { Clock } from '../clock.ts';

/** Time that moves only when a test says so. */
export class ManualClock implements Clock {
  #now: number;
  /** What no timer has seen. */
  #slept = 0;
  readonly #timers = new Set<{ at: number; period: number | undefined; call: () => void }>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now - this.#slept;
  }

  after(ms: number, call: () => void): Disposable {
    return this.#add({ at: this.#now + ms, period: undefined, call });
  }

  every(ms: number, call: () => void): Disposable {
    return this.#add({ at: this.#now + ms, period: ms, call });
  }

  /** Lets time pass, calling what falls due in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      if (due.period === undefined) this.#timers.delete(due);
      else due.at += due.period;
      due.call();
    }
    this.#now = end;
  }

  /** Lets time pass that no timer sees, as for a process that is frozen: what is late is called at the next advance. */
  sleep(ms: number): void {
    for (const timer of this.#timers) timer.at += ms;
    this.#now += ms;
    this.#slept += ms;
  }

  #add(timer: { at: number; period: number | undefined; call: () => void }): Disposable {
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }
}
