import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { OutboxEntry } from './entry.ts';
import { IndexedStore } from './indexed-store.ts';
import { installIndexedDb } from './testing/indexed-db.ts';

installIndexedDb();

let databases = 0;
const stores: IndexedStore[] = [];

function open(name = `outbox-${(databases += 1)}`) {
  const store = new IndexedStore(name);
  stores.push(store);
  return { name, store };
}

function entry(clientId: string, userId = 'ana'): OutboxEntry {
  return {
    clientId,
    userId,
    conversationId: 'bike',
    draft: { content: clientId, attachments: ['https://example.com/a.png'] },
    createdAt: new Date(1_800_000_000_000),
  };
}

describe('IndexedStore', () => {
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });

  it('gives back what was put, after a reload too', async () => {
    const { name, store } = open();
    await store.put(entry('a'));
    await store.put(entry('b'));
    expect(await store.load('ana')).toEqual([entry('a'), entry('b')]);
    await store.close();
    expect(await open(name).store.load('ana')).toEqual([entry('a'), entry('b')]);
  });

  it('keeps people apart, also where they have the same clientId', async () => {
    const { store } = open();
    await store.put(entry('a', 'ana'));
    await store.put(entry('a', 'an'));
    await store.remove({ userId: 'ana', clientId: 'a' });
    await store.remove({ userId: 'ana', clientId: 'nothing' });
    expect(await store.load('ana')).toEqual([]);
    expect(await store.load('an')).toEqual([entry('a', 'an')]);
  });

  it('does at once what is asked in a row', async () => {
    const { store } = open();
    void store.put(entry('a'));
    void store.remove(entry('a'));
    void store.put(entry('b'));
    expect(await store.load('ana')).toEqual([entry('b')]);
  });

  it('waits for a database that does not open, and does in its turn what was asked', async () => {
    const name = `outbox-${(databases += 1)}`;
    // A deletion that waits for this connection blocks everyone who comes after it.
    const holder = await openDB(name);
    const deletion = indexedDB.deleteDatabase(name);
    const { store } = open(name);
    const steps: string[] = [];
    const loading = store.load('ana').finally(() => steps.push('loaded'));
    const putting = store.put(entry('a')).finally(() => steps.push('put'));
    await new Promise((resolve) => deletion.addEventListener('blocked', resolve));
    steps.push('let go of');
    holder.close();
    expect(await loading).toEqual([]);
    await putting;
    expect(steps).toEqual(['let go of', 'loaded', 'put']);
    expect(await store.load('ana')).toEqual([entry('a')]);
  });

  it('lets go of the database when another tab needs that, and opens it again', async () => {
    const { name, store } = open();
    await store.put(entry('a'));
    await new Promise((resolve, reject) => {
      const deletion = indexedDB.deleteDatabase(name);
      deletion.addEventListener('success', resolve);
      deletion.addEventListener('error', reject);
    });
    expect(await store.load('ana')).toEqual([]);
    await store.put(entry('b'));
    expect(await store.load('ana')).toEqual([entry('b')]);
  });

  it('tries to open again after a failure', async () => {
    const { store } = open();
    const opening = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('Not in this window', 'SecurityError');
    });
    await expect(store.put(entry('a'))).rejects.toThrow('Not in this window');
    await store.put(entry('b'));
    expect(await store.load('ana')).toEqual([entry('b')]);
    expect(opening).toHaveBeenCalledTimes(2);
    opening.mockRestore();
  });
});
