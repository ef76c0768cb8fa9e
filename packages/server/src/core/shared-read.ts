/**
 * Reads for many who ask at about the same time: those of one turn of the event loop and those who come while a read
 * is under way share the next one. A read begins after each of those it answers has asked, so nobody is told what
 * was true before they asked, and a thousand who ask at once cost a few queries.
 */
import DataLoader from 'dataloader';

/**
 * @param read gives what there is of these keys; one that is missing is undefined to whoever asked for it
 * @param maxKeys of one read
 */
export function sharedRead<Key extends string, Value>(
  read: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
  maxKeys: number,
): (key: Key) => Promise<Value | undefined> {
  let underWay: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<Key, Value | undefined>(
    async (keys) => {
      const reading = read([...new Set(keys)]);
      underWay = reading.catch(() => undefined);
      const found = await reading;
      return keys.map((key) => found.get(key));
    },
    {
      cache: false,
      maxBatchSize: maxKeys,
      batchScheduleFn: (begin) => void underWay.then(() => setImmediate(begin)),
    },
  );
  return (key) => loader.load(key);
}
