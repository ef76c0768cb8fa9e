/**
 * Reads for many who ask at about the same time: those of one turn of the event loop and those who come while a read
 * is under way share the next one. A read begins after each of those it answers has asked, so nobody is told what
 * was true before they asked, and a thousand who ask at once cost a few queries.
 */
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';

import DataLoader from 'dataloader';

export interface SharedReadOptions {
  /** Of one read. */
  maxKeys: number;
  /**
   * From the beginning of one read to that of the next, at the least: a crowd then costs so many reads in a second,
   * however large it is, and whoever comes right after another waits so long.
   */
  gapMs?: number;
  /** The same after a read that a crowd shared, at the most, and only as long as others keep coming. */
  gatherMs?: number;
  times?: Partial<typeof READ_TIMES>;
}

/** How long those of a crowd wait for one another, where they do: `gatherMs`. */
export const GATHER_MS = 250;
/** Each who shared a read puts off the next one by so much. */
const EACH_MS = 25;

const READ_TIMES = {
  /** The read of a crowd waits no longer once nobody has come for so long. */
  quietMs: 20,
  /** One that takes longer holds up no other: its connection may be one that the network has swallowed. */
  hangingMs: 1_000,
};

/** @param read gives what there is of these keys; one that is missing is undefined to whoever asked for it */
export function sharedRead<Key extends string, Value>(
  read: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
  { maxKeys, gapMs = 0, gatherMs = 0, times }: SharedReadOptions,
): (key: Key) => Promise<Value | undefined> {
  const { quietMs, hangingMs } = { ...READ_TIMES, ...times };
  let underWay: Promise<unknown> = Promise.resolve();
  const crowd = new Crowd(gatherMs, quietMs);
  const newLoader = () => {
    const loader: DataLoader<Key, Value | undefined> = new DataLoader(
      async (keys) => {
        // Only those who ask before a read begins share it. And a loader keeps what its last read has found.
        if (loader === present) present = newLoader();
        crowd.served();
        const reading = read(keys);
        const gap = gapMs > 0 && setTimeout(gapMs, undefined, { ref: false });
        const ended = Promise.allSettled([reading, gap]).then(() => undefined);
        underWay = Promise.race([ended, setTimeout(hangingMs, undefined, { ref: false })]);
        const found = await reading;
        return keys.map((key) => found.get(key));
      },
      {
        maxBatchSize: maxKeys,
        batchScheduleFn: (begin) =>
          void underWay.then(() => crowd.gathered()).then(() => setImmediate(begin)),
      },
    );
    return loader;
  };
  let present = newLoader();
  return (key) => {
    crowd.came();
    return present.load(key);
  };
}

/** Those who ask, as they come. */
class Crowd {
  readonly #gatherMs: number;
  readonly #quietMs: number;
  #waiting = 0;
  #newestAt = 0;
  #servedAt = 0;
  /** From there to the next read, while they keep coming. */
  #gapMs = 0;

  constructor(gatherMs: number, quietMs: number) {
    this.#gatherMs = gatherMs;
    this.#quietMs = quietMs;
  }

  came(): void {
    this.#waiting += 1;
    this.#newestAt = performance.now();
  }

  /** A read begins for those who wait. What was a crowd is one a while longer, though a few come first. */
  served(): void {
    this.#gapMs = Math.min(this.#gatherMs, Math.max((this.#waiting - 1) * EACH_MS, this.#gapMs / 2));
    this.#waiting = 0;
    this.#servedAt = performance.now();
  }

  async gathered(): Promise<void> {
    for (;;) {
      const until = Math.min(this.#servedAt + this.#gapMs, this.#newestAt + this.#quietMs);
      const left = until - performance.now();
      if (left <= 0) return;
      await setTimeout(left, undefined, { ref: false });
      // After a long turn, whoever came during it is heard first.
      await nextTurn();
    }
  }
}
