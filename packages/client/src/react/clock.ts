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
  readonly #isHere: boolean;
  readonly #onAsked: () => void;
  readonly #memo = new WeakMap<object, object>();
  #now: number | undefined;
  #until = -Infinity;

  /** @param isHere false on a server and where its markup is taken over: the time is not the same there */
  constructor(isHere: boolean, onAsked: () => void) {
    this.#isHere = isHere;
    this.#onAsked = onAsked;
  }

  isHere(): boolean {
    if (this.#now === undefined) {
      this.#now = Date.now();
      this.#onAsked();
    }
    return this.#isHere;
  }

  /** Milliseconds to a time; 0 once it is over, null on a server. */
  left(until: number): number | null {
    const isHere = this.isHere();
    this.#until = Math.max(this.#until, until);
    return isHere ? Math.max(0, until - this.#now!) : null;
  }

  get wasAsked(): boolean {
    return this.#now !== undefined;
  }

  /** Whether a later moment will have other answers. */
  get isCounting(): boolean {
    return this.#now !== undefined && this.#until > this.#now;
  }

  /** What belongs to `key` at this moment, made once. */
  memo<Made extends object>(key: object, make: () => Made): Made {
    const made = (this.#memo.get(key) as Made | undefined) ?? make();
    this.#memo.set(key, made);
    return made;
  }
}
