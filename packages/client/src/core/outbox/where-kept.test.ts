import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

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
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.resetModules();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked for again with the next message where its chunk did not come', async () => {
    comes.mockReturnValueOnce(false).mockReturnValue(true);
    const { store } = whereKept(undefined, 'where-kept-1');
    await expect(store.put(ENTRY)).rejects.toThrow('No answer came');
    await store.put(ENTRY);
    expect(await store.load('ana')).toEqual([ENTRY]);
  });

  it('is asked for again by itself to tell what it holds', async () => {
    comes.mockReturnValueOnce(false).mockReturnValueOnce(false).mockReturnValue(true);
    const { store } = whereKept(undefined, 'where-kept-2');
    const loading = store.load('ana');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await loading).toEqual([]);
  });
});
