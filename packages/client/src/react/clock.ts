/** One timer for everything that counts down, once a second, and none while nothing does. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

const TICK_MS = 1_000;

/** Calls `listener` once a second. Returns what ends that. */
export function everySecond(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of [...listeners]) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * The time that one rendering goes by: the same for whoever asks, and it knows whether anyone did and until when the
 * answers go on changing.
 */
export class Moment {
  /** What belongs to this moment, by what it was made from. */
  readonly made = new WeakMap<object, object>();
  readonly #isHere: boolean;
  readonly #onCounting: () => void;
  #now: number | undefined;
  #until = -Infinity;

  /**
   * @param isHere false on a server and where its markup is taken over: the time is not the same there
   * @param onCounting told when a later moment will have other answers than this one
   */
  constructor(isHere: boolean, onCounting: () => void) {
    this.#isHere = isHere;
    this.#onCounting = onCounting;
  }

  isHere(): boolean {
    this.#now ??= Date.now();
    return this.#isHere;
  }

  /** Milliseconds to a time; 0 once it is over, null on a server. */
  left(until: number): number | null {
    if (!this.isHere()) return null;
    const left = Math.max(0, until - this.#now!);
    if (until > this.#until) {
      this.#until = until;
      if (left > 0) this.#onCounting();
    }
    return left;
  }

  get wasAsked(): boolean {
    return this.#now !== undefined;
  }

  get isCounting(): boolean {
    return this.#now !== undefined && this.#until > this.#now;
  }
}

/** What is made from `key`, once. */
export function once<Key extends object, Made extends object>(
  made: WeakMap<Key, object>,
  key: Key,
  make: () => Made,
): Made {
  const value = (made.get(key) as Made | undefined) ?? make();
  made.set(key, value);
  return value;
}
