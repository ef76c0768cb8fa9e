import type { Message } from '@parley/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { isParleyError, tooLarge, tooMany, unauthorised, unreachable } from '../errors.ts';
import { Failure } from '../failure.ts';
import type { OutboxEntry, OutboxStore } from './entry.ts';
import { MemoryStore } from './memory-store.ts';
import { MOST_ENTRIES, Outbox } from './outbox.ts';
import { FakePost, messageOf } from './testing/fake-post.ts';

const ANA = 'ana';
const outboxes: Outbox[] = [];

interface Scene {
  post: FakePost;
  store: OutboxStore;
  isAway: () => boolean;
  userId: string | null;
}

function open({
  post = new FakePost(),
  store = new MemoryStore(),
  isAway = () => false,
  userId = ANA,
}: Partial<Scene> = {}) {
  const posted: Message[] = [];
  const outbox = new Outbox({ send: post.send, store, isAway, posted: (message) => posted.push(message) });
  outboxes.push(outbox);
  outbox.as(userId);
  return { outbox, post, store, posted };
}

/** A store that somebody has left messages in. */
async function leftUnsent(...clientIds: string[]) {
  const { outbox, store } = open({ isAway: () => true });
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

/** Lets everything go on that does not wait for time. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const deliveries = (outbox: Outbox) => outbox.getSnapshot().map((it) => `${it.clientId} ${it.delivery}`);

describe('Outbox', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    for (const outbox of outboxes.splice(0)) outbox.close();
    vi.useRealTimers();
  });

  it('shows a message at once, sends it, and resolves when the server has it', async () => {
    const { outbox, post, posted } = open();
    const changes: string[][] = [];
    outbox.subscribe(() => changes.push(deliveries(outbox)));
    const sent = outbox.add('bike', { content: 'Is it for sale?', clientId: 'a' });
    expect(outbox.getSnapshot()).toMatchObject([
      { clientId: 'a', conversationId: 'bike', userId: ANA, draft: { content: 'Is it for sale?' } },
    ]);
    await settle();
    post.answer('a');
    expect(await sent).toMatchObject({ clientId: 'a', content: 'Is it for sale?' });
    expect(changes).toEqual([['a queued'], ['a sending'], []]);
    expect(posted).toEqual([await sent]);
  });

  it('makes a clientId where it is given none', async () => {
    const { outbox, post } = open();
    void outbox.add('bike', { content: 'one' });
    void outbox.add('bike', { content: 'two' });
    await settle();
    const ids = outbox.getSnapshot().map((it) => it.clientId);
    expect(new Set(ids).size).toBe(2);
    expect(post.sent).toEqual([ids[0]]);
  });

  it('sends one conversation’s messages one after the other, and different conversations at once', async () => {
    const { outbox, post } = open();
    for (const [conversation, clientId] of [
      ['bike', 'b1'],
      ['bike', 'b2'],
      ['sofa', 's1'],
      ['bike', 'b3'],
    ] as const) {
      void outbox.add(conversation, { content: clientId, clientId });
    }
    await settle();
    expect(post.sent).toEqual(['b1', 's1']);
    expect(deliveries(outbox)).toEqual(['b1 sending', 'b2 queued', 's1 sending', 'b3 queued']);
    post.answer('b1');
    await settle();
    expect(post.sent).toEqual(['b1', 's1', 'b2']);
    post.answer('b2');
    await settle();
    expect(post.sent).toEqual(['b1', 's1', 'b2', 'b3']);
  });

  it('sends to at most eight conversations at the same time', async () => {
    const { outbox, post } = open();
    for (let at = 0; at < 20; at += 1) void outbox.add(`talk-${at}`, { content: 'hi', clientId: `${at}` });
    await settle();
    expect(post.sent).toHaveLength(8);
    post.answer('0');
    await settle();
    expect(post.sent).toHaveLength(9);
  });

  it('tries again with the same clientId, after longer and longer waits', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
    const { outbox, post } = open();
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    for (const [failures, wait] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      post.refuse('a', unreachable(null));
      await settle();
      expect(deliveries(outbox)).toEqual(['a queued', 'b queued']);
      await vi.advanceTimersByTimeAsync(wait - 100);
      expect(post.sent).toHaveLength(failures + 1);
      await vi.advanceTimersByTimeAsync(100);
      expect(post.sent).toHaveLength(failures + 2);
    }
    expect(new Set(post.sent)).toEqual(new Set(['a']));
    post.answer('a');
    expect(await sent).toMatchObject({ clientId: 'a' });
    vi.restoreAllMocks();
  });

  it('waits as long as the server says, even when it is told to hurry', async () => {
    const { outbox, post } = open();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    const limited = tooMany();
    Object.assign(limited.data ?? {}, { retryAfterMs: 7_000 });
    post.refuse('a', limited);
    await settle();
    outbox.hurry();
    await vi.advanceTimersByTimeAsync(6_999);
    expect(post.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(post.sent).toHaveLength(2);
  });

  it('waits while the connection is away, and goes on at once when it is back', async () => {
    let isAway = true;
    const { outbox, post } = open({ isAway: () => isAway });
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual([]);
    expect(deliveries(outbox)).toEqual(['a queued']);
    isAway = false;
    outbox.hurry();
    expect(post.sent).toEqual(['a']);
    isAway = true;
    post.refuse('a', unreachable(null));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual(['a']);
    isAway = false;
    outbox.hurry();
    expect(post.sent).toEqual(['a', 'a']);
  });

  it('keeps what was refused for its token until there is another one', async () => {
    const { outbox, post } = open();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.refuse('a', unauthorised('token_expired'));
    await settle();
    expect(deliveries(outbox)).toEqual(['a queued']);
    outbox.hurry();
    expect(post.sent).toEqual(['a', 'a']);
  });

  it('fails what is refused for good, and lets the following go on', async () => {
    const { outbox, post, store } = open();
    const refused = outbox.add('bike', { content: 'one', clientId: 'a' });
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    post.refuse('a', tooLarge());
    const error: unknown = await refused.catch((cause: unknown) => cause);
    expect(isParleyError(error, 'payload_too_large')).toBe(true);
    await settle();
    expect(outbox.getSnapshot()).toMatchObject([
      { clientId: 'a', delivery: 'failed', error },
      { clientId: 'b', delivery: 'sending', error: null },
    ]);
    expect(await store.load(ANA)).toHaveLength(2);
  });

  it('fails what is no refusal at all', async () => {
    const { outbox, post } = open();
    const refused = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.refuse('a', new RangeError('A mistake'));
    await expect(refused).rejects.toThrow('A mistake');
    expect(outbox.getSnapshot()[0]?.error).toBeInstanceOf(Failure);
  });

  it('sends a failed message again, before those that were written after it', async () => {
    const { outbox, post } = open();
    for (const clientId of ['a', 'b', 'c']) void outbox.add('bike', { content: clientId, clientId });
    await settle();
    post.refuse('a', tooLarge());
    await settle();
    outbox.retry('a');
    outbox.retry('b');
    outbox.retry('nothing');
    expect(deliveries(outbox)).toEqual(['a queued', 'b sending', 'c queued']);
    post.answer('b');
    await settle();
    post.answer('a');
    await settle();
    expect(post.sent).toEqual(['a', 'b', 'a', 'c']);
  });

  it('forgets what is discarded, and rejects its promise', async () => {
    const { outbox, post, store } = open({ isAway: () => true });
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    outbox.discard('a');
    outbox.discard('nothing');
    await expect(sent).rejects.toThrow('discarded');
    expect(outbox.getSnapshot()).toEqual([]);
    expect(await store.load(ANA)).toEqual([]);
    expect(post.sent).toEqual([]);
  });

  it('does not start the next message while a discarded one is on its way', async () => {
    const { outbox, post, posted } = open();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    outbox.discard('a');
    await settle();
    expect(post.sent).toEqual(['a']);
    post.answer('a');
    await settle();
    expect(post.sent).toEqual(['a', 'b']);
    expect(posted).toMatchObject([{ clientId: 'a' }]);
  });

  it('adds the same clientId once', async () => {
    const { outbox, post } = open();
    const first = outbox.add('bike', { content: 'one', clientId: 'a' });
    expect(outbox.add('bike', { content: 'one', clientId: 'a' })).toBe(first);
    await settle();
    post.refuse('a', tooLarge());
    await expect(first).rejects.toThrow('too large');
    const again = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.answer('a');
    expect(await again).toMatchObject({ clientId: 'a' });
    expect(post.sent).toEqual(['a', 'a']);
  });

  it('takes no more than it has room for, and says so', async () => {
    const { outbox } = open({ isAway: () => true });
    for (let at = 0; at < MOST_ENTRIES; at += 1) void outbox.add('bike', { content: 'x' });
    const refused: unknown = await outbox.add('bike', { content: 'x' }).catch((cause: unknown) => cause);
    expect(isParleyError(refused, 'rate_limited') && refused.data.retryable).toBe(true);
    expect(outbox.getSnapshot()).toHaveLength(MOST_ENTRIES);
    outbox.discard(outbox.getSnapshot()[0]?.clientId ?? '');
    const huge: unknown = await outbox
      .add('bike', { content: '\u{1F6B2}'.repeat(15_001) })
      .catch((cause: unknown) => cause);
    expect(isParleyError(huge, 'payload_too_large') && !huge.data.retryable).toBe(true);
    void outbox.add('bike', { content: '\u{1F6B2}'.repeat(10_000) });
    expect(outbox.getSnapshot()).toHaveLength(MOST_ENTRIES);
  });

  it('loads and sends what was left unsent, in the order in which it was written', async () => {
    const { outbox, store } = open({ isAway: () => true });
    for (const clientId of ['c', 'a', 'b']) void outbox.add('bike', { content: clientId, clientId });
    outbox.close();
    vi.advanceTimersByTime(1_000);
    const later = open({ store });
    void later.outbox.add('bike', { content: 'd', clientId: 'd' });
    for (const clientId of ['c', 'a', 'b', 'd']) {
      await settle();
      later.post.answer(clientId);
    }
    await settle();
    expect(later.post.sent).toEqual(['c', 'a', 'b', 'd']);
    expect(await store.load(ANA)).toEqual([]);
  });

  it('keeps the order when the clock goes back', async () => {
    const { outbox, post } = open();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    vi.setSystemTime(Date.now() - 3_600_000);
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    post.answer('a');
    await settle();
    expect(post.sent).toEqual(['a', 'b']);
  });

  it('leaves what is another person’s alone, until they are back', async () => {
    let isAway = true;
    const { outbox, post } = open({ isAway: () => isAway });
    const sent = outbox.add('bike', { content: 'mine', clientId: 'a' });
    outbox.as('ben');
    await expect(sent).rejects.toThrow('Sign in');
    expect(outbox.getSnapshot()).toEqual([]);
    isAway = false;
    outbox.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual([]);
    outbox.as(ANA);
    await settle();
    expect(post.sent).toEqual(['a']);
  });

  it('takes nothing while nobody is here', async () => {
    const { outbox } = open({ userId: null });
    const refused: unknown = await outbox.add('bike', { content: 'x' }).catch((cause: unknown) => cause);
    expect(isParleyError(refused, 'unauthenticated')).toBe(true);
    expect(outbox.getSnapshot()).toEqual([]);
  });

  it('takes nothing from one person’s answer that comes after they left, but forgets what the server has', async () => {
    const { outbox, post, posted, store } = open();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    outbox.as('ben');
    post.answer('a');
    await settle();
    expect(posted).toEqual([]);
    expect(await store.load(ANA)).toEqual([]);
  });

  it('loses nothing while the page lives when the store fails', async () => {
    const fails = () => Promise.reject(new DOMException('No room', 'QuotaExceededError'));
    const { outbox, post } = open({ store: { load: fails, put: fails, remove: fails } });
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.answer('a');
    expect(await sent).toMatchObject({ clientId: 'a' });
    expect(outbox.getSnapshot()).toEqual([]);
  });

  it('does not bring back what was discarded while the store was being read', async () => {
    const store = new MemoryStore();
    const before = open({ store, isAway: () => true });
    void before.outbox.add('bike', { content: 'one', clientId: 'a' });
    before.outbox.close();
    const { slow, go } = slowStore(store);
    const { outbox, post } = open({ store: slow });
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
    const { outbox, post } = open({ store: slow });
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
    const { outbox, post } = open({
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
    const { outbox } = open({ store: slow });
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
    const { outbox } = open({ store: slow, isAway: () => true });
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
    const { outbox, post } = open({ store: slow });
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
    const { outbox, post } = open({
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

  it('keeps a copy of the draft that no later change reaches', async () => {
    const attachments = ['https://example.com/a.png'];
    const entries: OutboxEntry[] = [];
    const { outbox } = open({ isAway: () => true });
    void outbox.add('bike', { content: '', attachments });
    attachments.push('https://example.com/b.png');
    entries.push(...outbox.getSnapshot());
    expect(entries[0]?.draft.attachments).toEqual(['https://example.com/a.png']);
  });

  it('sends nothing after it is closed', async () => {
    const { outbox, post, store } = open();
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.refuse('a', unreachable(null));
    await settle();
    outbox.close();
    await expect(sent).rejects.toThrow('closed');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual(['a']);
    expect(await store.load(ANA)).toHaveLength(1);
  });
});
