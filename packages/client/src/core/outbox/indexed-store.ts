import type { ClientId, Id } from '@parley/contract';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type { OutboxEntry, OutboxStore } from './entry.ts';

const ENTRIES = 'entries';

interface Schema extends DBSchema {
  [ENTRIES]: { key: [Id, ClientId]; value: OutboxEntry };
}

/** Keeps entries in IndexedDB: all tabs of an origin share them. What is asked waits until the database opens. */
export class IndexedStore implements OutboxStore {
  readonly #name: string;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;

  /** @param name of the database */
  constructor(name: string) {
    this.#name = name;
  }

  async load(userId: Id): Promise<readonly OutboxEntry[]> {
    const database = await this.#open();
    // An array sorts after every string.
    return database.getAll(ENTRIES, IDBKeyRange.bound([userId], [userId, []]));
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
