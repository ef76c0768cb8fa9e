import type { Clock } from '@parley/server/rules';

/** What browsers and Node.js wait at most in one timer. */
const LONGEST_TIMER_MS = 2_147_483_647;

interface Timer {
  readonly at: number;
  readonly call: () => void;
  timeout: ReturnType<typeof setTimeout>;
}

/** The server's time: goes on by itself, with the timers of the platform (faked ones too), and ahead when it is told to. */
export class TestClock implements Clock, Disposable {
  readonly #base: () => number;
  #ahead = 0;
  readonly #timers = new Set<Timer>();
  #isOver = false;

  constructor(base: () => number) {
    this.#base = base;
  }

  now(): number {
    return this.#base() + this.#ahead;
  }

  /** Nobody sets this clock. */
  elapsed(): number {
    return this.now();
  }

  after(ms: number, call: () => void): Disposable {
    const timer: Timer = { at: this.now() + ms, call, timeout: 0 as never };
    this.#timers.add(timer);
    this.#arm(timer);
    return { [Symbol.dispose]: () => this.#drop(timer) };
  }

  every(ms: number, call: () => void): Disposable {
    let next: Disposable;
    const again = () => {
      next = this.after(ms, again);
      call();
    };
    next = this.after(ms, again);
    return { [Symbol.dispose]: () => next[Symbol.dispose]() };
  }

  /** Lets time pass at once, calling what falls due in order. */
  advance(ms: number): void {
    const end = this.now() + ms;
    for (;;) {
      const [due] = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (due === undefined) break;
      this.#ahead += Math.max(due.at - this.now(), 0);
      this.#fire(due);
    }
    this.#ahead += Math.max(end - this.now(), 0);
  }

  /** Nothing falls due any more. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const timer of [...this.#timers]) this.#drop(timer);
  }

  #arm(timer: Timer): void {
    if (this.#isOver) return;
    const left = Math.min(Math.max(timer.at - this.now(), 0), LONGEST_TIMER_MS);
    timer.timeout = setTimeout(() => (this.now() < timer.at ? this.#arm(timer) : this.#fire(timer)), left);
    // Node.js would wait for it at the end of a test run.
    if (typeof timer.timeout === 'object') timer.timeout.unref();
  }

  #fire(timer: Timer): void {
    this.#drop(timer);
    timer.call();
  }

  #drop(timer: Timer): void {
    clearTimeout(timer.timeout);
    this.#timers.delete(timer);
  }
}
