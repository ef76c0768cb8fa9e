import { Failure } from '../failure.ts';
import type { OutboxStore } from './entry.ts';
import { MemoryStore } from './memory-store.ts';
import type { OutboxOptions } from './outbox.ts';

/**
 * Where unsent messages are kept: in `store`; by default in IndexedDB where there is one, and then one tab sends for all.
 * What that takes is in chunks of its own.
 *
 * @param name one per server
 */
export function whereKept(
  store: OutboxStore | null | undefined,
  name: string,
): Pick<OutboxOptions, 'store' | 'join'> {
  if (store !== undefined || !globalThis.indexedDB) return { store: store ?? new MemoryStore() };
  let coming: Promise<OutboxStore> | undefined;
  // All wait for one and the same, and so have their turn in the order in which they came: a bundler's `import` may be
  // there sooner for the second who asks. Where its chunk did not come, it is asked for again.
  const indexed = () => {
    coming ??= import('./indexed-store.ts').then(
      ({ IndexedStore }) => new IndexedStore(name),
      (cause: unknown) => {
        coming = undefined;
        throw cause;
      },
    );
    return coming;
  };
  return {
    store: {
      load: async (userId) => (await indexed()).load(userId),
      put: async (entry) => (await indexed()).put(entry),
      remove: async (entry) => (await indexed()).remove(entry),
    },
    join: async (userId, desk) => {
      const { joinTabs } = await import('./tabs.ts');
      return joinTabs(`${name} ${userId}`, desk, { Failure });
    },
  };
}
