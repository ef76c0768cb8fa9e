// What is kept, found again and forgotten, also where the store is slow or fails.
import { expect, it, vi } from 'vitest';

import { unreachable } from '../errors.ts';
import type { OutboxStore } from './entry.ts';
import { MemoryStore } from './memory-store.ts';
import { MOST_ENTRIES } from './outbox.ts';
import { ANA, deliveries, describeOutbox, openOutbox, settle } from './testing/describe-outbox.ts';
import { messageOf } from './testing/fake-post.ts';

/** A store that somebody has left messages in. */
async function leftUnsent(...clientIds: string[]) {
  const { outbox, store } = openOutbox({ isAway: () => true });
  for (const clientId of clientIds) void outbox.add('bike', { content: clientId, clientId });
  outbox.close();
  await vi.advanceTimersByTimeAsync(1_000);
  return { store };
}

/** The same store, which says what was in it when it was asked only after `go`. */
function slowStore(store: OutboxStore) {
  const waiting: (() => void)[] = [];
  const slow: OutboxStore = {
    load: async (userId) => {
      const entries = await store.load(userId);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return entries;
    },
    put: (entry) => store.put(entry),
    remove: (entry) => store.remove(entry),
  };
  return { slow, go: () => waiting.splice(0).forEach((resolve) => resolve()) };
}

describeOutbox(() => {
  it('loads and sends what was left unsent, in the order in which it was written', async () => {
    const { outbox, store } = openOutbox({ isAway: () => true });
    for (const clientId of ['c', 'a', 'b']) void outbox.add('bike', { content: clientId, clientId });
    outbox.close();
    vi.advanceTimersByTime(1_000);
    const later = openOutbox({ store });
    void later.outbox.add('bike', { content: 'd', clientId: 'd' });
    for (const clientId of ['c', 'a', 'b', 'd']) {
      await settle();
      later.post.answer(clientId);
    }
    await settle();
    expect(later.post.sent).toEqual(['c', 'a', 'b', 'd']);
    expect(await store.load(ANA)).toEqual([]);
  });

  it('loses nothing while the page lives when the store fails', async () => {
    const fails = () => Promise.reject(new DOMException('No room', 'QuotaExceededError'));
    const { outbox, post } = openOutbox({ store: { load: fails, put: fails, remove: fails } });
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.answer('a');
    expect(await sent).toMatchObject({ clientId: 'a' });
    expect(outbox.getSnapshot()).toEqual([]);
  });

  it('does not bring back what was discarded while the store was being read', async () => {
    const store = new MemoryStore();
    const before = openOutbox({ store, isAway: () => true });
    void before.outbox.add('bike', { content: 'one', clientId: 'a' });
    before.outbox.close();
    const { slow, go } = slowStore(store);
    const { outbox, post } = openOutbox({ store: slow });
    await settle();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    outbox.discard('a');
    go();
    await settle();
    expect(post.sent).toEqual([]);
    expect(outbox.getSnapshot()).toEqual([]);
  });

  it('waits for a store that is slow, but not for ever, and sends what it finds late', async () => {
    const { store } = await leftUnsent('a', 'b');
    const { slow, go } = slowStore(store);
    const { outbox, post } = openOutbox({ store: slow });
    void outbox.add('bike', { content: 'new', clientId: 'c' });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(post.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(post.sent).toEqual(['c']);
    // Another tab has sent it meanwhile.
    outbox.end('b', null);
    go();
    await settle();
    expect(deliveries(outbox)).toEqual(['a queued', 'c sending']);
    post.answer('c');
    await settle();
    post.answer('a');
    await settle();
    expect(post.sent).toEqual(['c', 'a']);
    expect(outbox.getSnapshot()).toEqual([]);
  });

  it('sends at once where the store fails, and asks it again when the connection is back', async () => {
    const { store } = await leftUnsent('a', 'b');
    let fails = true;
    const { outbox, post } = openOutbox({
      store: {
        load: async (userId) => {
          if (fails) throw new TypeError('Failed to fetch');
          return store.load(userId);
        },
        put: (entry) => store.put(entry),
        remove: (entry) => store.remove(entry),
      },
    });
    void outbox.add('bike', { content: 'new', clientId: 'c' });
    await settle();
    expect(post.sent).toEqual(['c']);
    outbox.end('b', null);
    outbox.hurry();
    await settle();
    expect(deliveries(outbox)).toEqual(['c sending']);
    fails = false;
    outbox.hurry();
    await settle();
    expect(deliveries(outbox)).toEqual(['a queued', 'c sending']);
  });

  it('asks a slow store once, however often the connection comes back, and again after it failed', async () => {
    const { slow, go } = slowStore(new MemoryStore());
    const load = vi.spyOn(slow, 'load').mockImplementationOnce(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      throw new TypeError('It is closed');
    });
    const { outbox } = openOutbox({ store: slow });
    const comeBack = async () => {
      for (let times = 0; times < 3; times += 1) outbox.hurry();
      await settle();
    };
    await vi.advanceTimersByTimeAsync(15_000);
    await comeBack();
    expect(load).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5_000);
    await comeBack();
    expect(load).toHaveBeenCalledTimes(2);
    go();
    await settle();
    await comeBack();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('does not bring back from a slow store what was discarded after a thousand had been sent', async () => {
    const { store } = await leftUnsent('a');
    const { slow, go } = slowStore(store);
    const [entry] = await store.load(ANA);
    const { outbox } = openOutbox({ store: slow, isAway: () => true });
    await settle();
    for (let sent = 0; sent < MOST_ENTRIES; sent += 1) outbox.end(`${sent}`, messageOf(entry!));
    outbox.discard('a');
    go();
    await settle();
    expect(outbox.getSnapshot()).toEqual([]);
  });

  it('takes nothing from a slow store for whoever has left, and has no timer then', async () => {
    const { store } = await leftUnsent('a');
    const { slow, go } = slowStore(store);
    const { outbox, post } = openOutbox({ store: slow });
    outbox.as('ben');
    await settle();
    outbox.close();
    expect(vi.getTimerCount()).toBe(0);
    go();
    await settle();
    expect([post.sent, outbox.getSnapshot()]).toEqual([[], []]);
  });

  it('removes an entry from the store only when the server has it', async () => {
    const steps: string[] = [];
    const store = new MemoryStore();
    const { outbox, post } = openOutbox({
      store: {
        load: (userId) => store.load(userId),
        put: async (entry) => void steps.push(`put ${entry.clientId}`),
        remove: async (entry) => void steps.push(`remove ${entry.clientId}`),
      },
    });
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.refuse('a', unreachable(null));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(steps).toEqual(['put a']);
    post.answer('a');
    await settle();
    expect(steps).toEqual(['put a', 'remove a']);
  });
});
