import type { ClientId, Id } from '@parley/contract';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type { OutboxEntry, OutboxStore } from './entry.ts';

/**
 * A database that does not open within this time is one that fails; what is put is kept if it opens later. Until then
 * nothing is sent, and what it holds is not found before the next reload: a busy device has its time.
 */
const OPENS_WITHIN_MS = 10_000;
const ENTRIES = 'entries';

interface Schema extends DBSchema {
  [ENTRIES]: { key: [Id, ClientId]; value: OutboxEntry };
}

/** Keeps entries in IndexedDB: all tabs of an origin share them. */
export class IndexedStore implements OutboxStore {
  readonly #name: string;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;

  /** @param name of the database */
  constructor(name: string) {
    this.#name = name;
  }

  async load(userId: Id): Promise<readonly OutboxEntry[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The database does not open')), OPENS_WITHIN_MS);
    });
    try {
      const database = await Promise.race([this.#open(), tooLate]);
      // An array sorts after every string.
      return await database.getAll(ENTRIES, IDBKeyRange.bound([userId], [userId, []]));
    } finally {
      clearTimeout(timer);
    }
  }

  async put(entry: OutboxEntry): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction(ENTRIES, 'readwrite');
    const put = transaction.store.put(entry);
    // Else it is committed only after this page has heard of it, and undone when the page goes away before.
    transaction.commit();
    await Promise.all([put, transaction.done]);
  }

  async remove({ userId, clientId }: Pick<OutboxEntry, 'userId' | 'clientId'>): Promise<void> {
    const database = await this.#open();
    await database.delete(ENTRIES, [userId, clientId]);
  }

  /** Lets go of the database. The next call opens it again. */
  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    (await opening)?.close();
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#opening !== null) return this.#opening;
    const forget = () => {
      if (this.#opening === opening) this.#opening = null;
    };
    const opening = openDB<Schema>(this.#name, 1, {
      upgrade: (database) => void database.createObjectStore(ENTRIES, { keyPath: ['userId', 'clientId'] }),
      // Another tab wants to delete it, or has a newer version of it.
      blocking: (_current, _blocked, event) => {
        forget();
        (event.target as IDBDatabase).close();
      },
      terminated: forget,
    });
    this.#opening = opening;
    opening.catch(forget);
    return opening;
  }
}
