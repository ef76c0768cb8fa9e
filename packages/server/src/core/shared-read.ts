/**
 * Reads for many who ask at about the same time: those of one turn of the event loop and those who come while a read
 * is under way share the next one. A read begins after each of those it answers has asked, so nobody is told what
 * was true before they asked, and a thousand who ask at once cost a few queries.
 */
import { setTimeout } from 'node:timers/promises';

import DataLoader from 'dataloader';

export interface SharedReadOptions {
  /** Of one read. */
  maxKeys: number;
  /**
   * From the beginning of one read to that of the next, at the least: a crowd then costs so many reads in a second,
   * however large it is, and whoever comes right after another waits so long.
   */
  gapMs?: number;
}

/** One that takes longer holds up no other: its connection may be one that the network has swallowed. */
const HANGING_MS = 1_000;

/** @param read gives what there is of these keys; one that is missing is undefined to whoever asked for it */
export function sharedRead<Key extends string, Value>(
  read: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
  { maxKeys, gapMs = 0 }: SharedReadOptions,
): (key: Key) => Promise<Value | undefined> {
  let underWay: Promise<unknown> = Promise.resolve();
  const loader: DataLoader<Key, Value | undefined> = new DataLoader(
    async (keys) => {
      // Only those who ask before a read begins share it.
      loader.clearAll();
      const reading = read(keys);
      const ended = Promise.allSettled([reading, gapMs > 0 && setTimeout(gapMs, undefined, { ref: false })]);
      underWay = Promise.race([ended, setTimeout(HANGING_MS, undefined, { ref: false })]);
      const found = await reading;
      return keys.map((key) => found.get(key));
    },
    {
      maxBatchSize: maxKeys,
      batchScheduleFn: (begin) => void underWay.then(() => setImmediate(begin)),
    },
  );
  return (key) => loader.load(key);
}
