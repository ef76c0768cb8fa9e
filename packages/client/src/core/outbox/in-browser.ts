import type { JoinTabs } from './desk.ts';
import type { OutboxStore } from './entry.ts';

/** A store in IndexedDB, and agreement among tabs: both in chunks of their own, which are asked for when they are needed. */
export function outboxInBrowser(name: string): { store: OutboxStore; join: JoinTabs } {
  let loading: Promise<OutboxStore> | undefined;
  const store = () =>
    (loading ??= import('./indexed-store.ts').then(({ IndexedStore }) => new IndexedStore(name)));
  return {
    store: {
      load: async (userId) => (await store()).load(userId),
      put: async (entry) => (await store()).put(entry),
      remove: async (entry) => (await store()).remove(entry),
    },
    join: async (userId, desk) => (await import('./tabs.ts')).joinTabs(`${name} ${userId}`, desk),
  };
}
