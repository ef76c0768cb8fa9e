import { beforeEach, describe, expect, it, vi } from 'vitest';

import { installIndexedDb } from './testing/indexed-db.ts';
import { whereKept } from './where-kept.ts';

installIndexedDb();

const ENTRY = {
  clientId: 'a',
  userId: 'ana',
  conversationId: 'bike',
  draft: { content: 'Is it for sale?' },
  createdAt: new Date(1_800_000_000_000),
};

/** The chunk with the store comes, or does not. */
const comes = vi.fn<() => boolean>();
vi.mock(import('./indexed-store.ts'), async (original) => {
  if (!comes()) throw new TypeError('Failed to fetch dynamically imported module');
  return original();
});

describe('where unsent messages are kept', () => {
  beforeEach(() => {
    vi.resetModules();
  });

  it('is asked for again with the next message where its chunk did not come', async () => {
    comes.mockReturnValueOnce(false).mockReturnValue(true);
    const { store } = whereKept(undefined, 'where-kept-1');
    await expect(store.put(ENTRY)).rejects.toThrow('error when mocking a module');
    await store.put(ENTRY);
    expect(await store.load('ana')).toEqual([ENTRY]);
  });
});
