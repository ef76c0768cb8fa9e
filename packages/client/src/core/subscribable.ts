/** A value that changes over time, in the shape that React's `useSyncExternalStore` takes. */
export interface Subscribable<Value> {
  /** The value now; the same object until it changes. */
  readonly getSnapshot: () => Value;
  /** Calls `listener` after each change. Returns what ends that. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A {@link Subscribable} and the right to change it. */
export class Source<Value> implements Subscribable<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  readonly getSnapshot = (): Value => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    // A function of its own: the same listener may be there twice.
    const own = () => listener();
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  };

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) notify(listener);
  }
}

/**
 * Calls `listener` when `getSnapshot` gives something else than before, after one of those that are followed has told of
 * a change. Returns what ends all of it.
 */
export function watchView(
  { getSnapshot }: Pick<Subscribable<unknown>, 'getSnapshot'>,
  listener: () => void,
  follow: readonly ((changed: () => void) => () => void)[],
): () => void {
  let seen = getSnapshot();
  const changed = () => {
    const before = seen;
    seen = getSnapshot();
    if (seen !== before) listener();
  };
  const ends = follow.map((start) => start(changed));
  return () => {
    for (const end of ends) end();
  };
}

/** What a listener throws is its own affair: it is reported, and neither the next one nor the caller sees it. */
export function notify(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
