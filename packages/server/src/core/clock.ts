/** Time, passed in: what waits or compares times asks this and never the globals. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment, as timers count them: never set back or forward. */
  elapsed(): number;
  /** Calls once after `ms`; disposing cancels it. Does not keep the process alive. */
  after(ms: number, call: () => void): Disposable;
  /** Calls every `ms` until disposed. Does not keep the process alive. */
  every(ms: number, call: () => void): Disposable;
}

/** Node waits at most this long in one timer. */
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS)).unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
  every(ms, call) {
    const timer = setInterval(call, ms).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};
