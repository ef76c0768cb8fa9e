/**
 * A loop over what comes: each value waits until it is asked for, and an end after them. At most {@link MAX_BEHIND} wait:
 * then nothing is followed any more, until the loop has caught up and `follow` is called again, to go on from there.
 */

/** Values that wait for a loop. */
export const MAX_BEHIND = 1_000;

export interface Sink<Value> {
  readonly next: (value: Value) => void;
  /** Nothing comes after this; with an error, the loop throws it. */
  readonly end: (error?: Error) => void;
}

/** `follow` is called at once, and returns what ends it. */
export function iterate<Value>(follow: (sink: Sink<Value>) => () => void): AsyncGenerator<Value, void> {
  const waiting: Value[] = [];
  let isOver = false;
  let cause: Error | undefined;
  let wake = () => {};
  let stop: (() => void) | null = null;
  const pause = () => {
    stop?.();
    stop = null;
  };
  const sink: Sink<Value> = {
    next(value) {
      if (waiting.push(value) >= MAX_BEHIND) pause();
      wake();
    },
    end(error) {
      isOver = true;
      cause ??= error;
      wake();
    },
  };
  stop = follow(sink);

  async function* loop(): AsyncGenerator<Value, void> {
    try {
      for (;;) {
        if (waiting.length > 0) yield waiting.shift()!;
        else if (isOver) break;
        else if (stop === null) stop = follow(sink);
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      if (cause) throw cause;
    } finally {
      pause();
    }
  }
  const values = loop();
  const end = values.return.bind(values);
  // By itself a generator that waits for a value, or has not begun, would not hear of it.
  values.return = (value) => {
    pause();
    waiting.length = 0;
    sink.end();
    return end(value);
  };
  return values;
}
