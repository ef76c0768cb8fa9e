import type { Message } from '@parley/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { isParleyError, tooLarge, unreachable } from '../errors.ts';
import { Failure } from '../failure.ts';
import type { OutboxStore } from './entry.ts';
import { MemoryStore } from './memory-store.ts';
import { Outbox } from './outbox.ts';
import { joinTabs, type TabsPlatform } from './tabs.ts';
import { FakeBrowser } from './testing/fake-browser.ts';
import { FakePost } from './testing/fake-post.ts';

const opened: Outbox[] = [];

interface TabOptions {
  isVisible?: boolean;
  kept?: OutboxStore;
  platform?: TabsPlatform;
}

/** A browser, and what its tabs share. */
function openBrowser() {
  const browser = new FakeBrowser();
  const store = new MemoryStore();
  return {
    browser,
    store,
    tab: ({ isVisible = false, kept = store, platform }: TabOptions = {}) => {
      const window = browser.tab(isVisible);
      const post = new FakePost();
      const posted: Message[] = [];
      const outbox = new Outbox({
        send: post.send,
        store: kept,
        isAway: () => false,
        posted: (message) => posted.push(message),
        join: async (userId, desk) => joinTabs(userId, desk, { Failure, platform: platform ?? window }),
      });
      opened.push(outbox);
      outbox.as('ana');
      return { outbox, post, posted, window };
    },
  };
}

const deliveries = (outbox: Outbox) => outbox.getSnapshot().map((it) => `${it.clientId} ${it.delivery}`);
/** Long enough for every note that is on its way; what waits for time does so, as the clock is held. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A browser with a tab that sends, and one beside it. */
async function openTwoTabs() {
  const browser = openBrowser();
  const first = browser.tab();
  await settle();
  const second = browser.tab();
  await settle();
  return { ...browser, first, second };
}

describe('joinTabs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    for (const outbox of opened.splice(0)) outbox.close();
    vi.useRealTimers();
  });

  it('lets one tab send for all, and shows every tab every message and its state', async () => {
    const { tab } = openBrowser();
    const first = tab();
    await settle();
    const second = tab();
    const sent = second.outbox.add('bike', { content: 'hi', clientId: 'a' });
    expect(deliveries(second.outbox)).toEqual(['a queued']);
    await settle();
    expect(deliveries(first.outbox)).toEqual(['a sending']);
    expect(deliveries(second.outbox)).toEqual(['a sending']);
    expect(second.post.sent).toEqual([]);
    first.post.answer('a');
    expect(await sent).toMatchObject({ clientId: 'a', content: 'hi' });
    expect(first.outbox.getSnapshot()).toEqual([]);
    expect(second.outbox.getSnapshot()).toEqual([]);
    expect(second.posted).toMatchObject([{ clientId: 'a' }]);
    expect(first.posted).toEqual(second.posted);
  });

  it('shows a tab that opens what the others have', async () => {
    const { tab } = openBrowser();
    const first = tab();
    await settle();
    void first.outbox.add('bike', { content: 'hi', clientId: 'a' });
    void first.outbox.add('bike', { content: 'ho', clientId: 'b' });
    await settle();
    const second = tab({ kept: new MemoryStore() });
    await settle();
    expect(deliveries(second.outbox)).toEqual(['a sending', 'b queued']);
    expect(second.outbox.getSnapshot()[0]?.createdAt).toEqual(first.outbox.getSnapshot()[0]?.createdAt);
  });

  it('sends in the order of writing, whichever tabs it was written in', async () => {
    const { tab } = openBrowser();
    const first = tab();
    const second = tab();
    await settle();
    for (const [index, { outbox }] of [first, second, first, second].entries()) {
      void outbox.add('bike', { content: `${index}`, clientId: `m${index}` });
      await settle();
    }
    for (const clientId of ['m0', 'm1', 'm2', 'm3']) {
      first.post.answer(clientId);
      await settle();
    }
    expect(first.post.sent).toEqual(['m0', 'm1', 'm2', 'm3']);
    expect(second.post.sent).toEqual([]);
  });

  it('goes on in the next tab, with the same clientIds, when the sending one closes or dies', async () => {
    const { tab, store } = openBrowser();
    const first = tab();
    await settle();
    const second = tab();
    const third = tab();
    await settle();
    void first.outbox.add('bike', { content: 'one', clientId: 'a' });
    const sent = second.outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    first.outbox.close();
    await settle();
    expect(second.post.sent).toEqual(['a']);
    second.post.answer('a');
    await settle();
    second.post.answer('b');
    expect(await sent).toMatchObject({ clientId: 'b' });
    await settle();
    expect(third.post.sent).toEqual([]);
    expect(third.posted.map((it) => it.clientId)).toEqual(['a', 'b']);
    expect(await store.load('ana')).toEqual([]);
  });

  it('goes on with what a store could not keep, as long as a tab that shows it lives', async () => {
    const fails = () => Promise.reject(new Error('No room'));
    const broken: OutboxStore = { load: fails, put: fails, remove: fails };
    const { tab } = openBrowser();
    const first = tab({ kept: broken });
    await settle();
    const second = tab({ kept: broken });
    await settle();
    void first.outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    first.outbox.close();
    await settle();
    expect(second.post.sent).toEqual(['a']);
  });

  it('sends from the tab that the person looks at', async () => {
    const { tab } = openBrowser();
    const hidden = tab();
    await settle();
    void hidden.outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    expect(hidden.post.sent).toEqual(['a']);
    const seen = tab({ isVisible: true });
    await settle();
    expect(seen.post.sent).toEqual(['a']);
    // What the other one had sent already may still be answered there.
    hidden.post.answer('a');
    await settle();
    expect(seen.outbox.getSnapshot()).toEqual([]);

    seen.window.show(false);
    hidden.window.show(true);
    await settle();
    void seen.outbox.add('sofa', { content: 'two', clientId: 'b' });
    await settle();
    expect(hidden.post.sent).toEqual(['a', 'b']);
    expect(seen.post.sent).toEqual(['a']);
  });

  it('tells a tab that no longer sends how far the other one is', async () => {
    const { tab } = openBrowser();
    const hidden = tab();
    await settle();
    void hidden.outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    const seen = tab({ isVisible: true });
    await settle();
    seen.post.refuse('a', unreachable(null));
    await settle();
    hidden.post.refuse('a', unreachable(null));
    await settle();
    expect(deliveries(hidden.outbox)).toEqual(['a queued']);
    expect(hidden.post.sent).toHaveLength(1);
  });

  it('does not bring back what one tab posted while the other began to send it', async () => {
    const { first, second } = await openTwoTabs();
    void second.outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    second.window.show(true);
    for (let turn = 0; second.post.sent.length === 0 && turn < 100; turn += 1) await Promise.resolve();
    first.post.answer('a');
    await settle();
    second.post.refuse('a', unreachable(null));
    await settle();
    expect([first.post.sent, second.post.sent]).toEqual([['a'], ['a']]);
    expect([first.outbox.getSnapshot(), second.outbox.getSnapshot()]).toEqual([[], []]);
  });

  it('gives the tab that was slow to show itself the lock once, however often it is shown', async () => {
    const { first, second } = await openTwoTabs();
    for (const isVisible of [true, false, true, false, true]) second.window.show(isVisible);
    await settle();
    void first.outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    expect(second.post.sent).toEqual(['a']);
    second.outbox.close();
    await settle();
    expect(first.post.sent).toEqual(['a']);
  });

  it('fails a message in every tab, and sends it again from any', async () => {
    const { first, second } = await openTwoTabs();
    const refused = second.outbox.add('bike', { content: 'hi', clientId: 'a' });
    await settle();
    first.post.refuse('a', tooLarge());
    const error: unknown = await refused.catch((cause: unknown) => cause);
    expect(isParleyError(error, 'payload_too_large')).toBe(true);
    expect(second.outbox.getSnapshot()).toMatchObject([{ delivery: 'failed', error }]);
    second.outbox.retry('a');
    expect(deliveries(second.outbox)).toEqual(['a queued']);
    await settle();
    expect(first.post.sent).toEqual(['a', 'a']);
    expect(deliveries(second.outbox)).toEqual(['a sending']);
  });

  it('keeps a failed message failed when the next tab sends', async () => {
    const { first, second } = await openTwoTabs();
    void first.outbox.add('bike', { content: 'hi', clientId: 'a' });
    await settle();
    first.post.refuse('a', tooLarge());
    await settle();
    first.outbox.close();
    await settle();
    expect(deliveries(second.outbox)).toEqual(['a failed']);
    expect(second.post.sent).toEqual([]);
  });

  it('discards in every tab', async () => {
    const { first, second, store } = await openTwoTabs();
    const sent = first.outbox.add('bike', { content: 'one', clientId: 'a' });
    void first.outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    second.outbox.discard('b');
    second.outbox.discard('a');
    await expect(sent).rejects.toThrow('discarded');
    expect(first.outbox.getSnapshot()).toEqual([]);
    expect(await store.load('ana')).toEqual([]);
  });

  it('takes a clientId again that was discarded', async () => {
    const { first, second } = await openTwoTabs();
    void second.outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    second.outbox.discard('a');
    await settle();
    first.post.refuse('a', unreachable(null));
    await settle();
    void second.outbox.add('sofa', { content: 'two', clientId: 'a' });
    await settle();
    expect(deliveries(first.outbox)).toEqual(['a sending']);
    expect(first.post.sent).toEqual(['a', 'a']);
  });

  it('sends its own where the browser refuses locks', async () => {
    const { tab, browser } = openBrowser();
    const window = browser.tab();
    const platform: TabsPlatform = {
      locks: { request: () => Promise.reject(new DOMException('Not here', 'SecurityError')) },
      channel: window.channel,
      isVisible: window.isVisible,
      watch: window.watch,
    };
    const { outbox, post } = tab({ platform });
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    expect(post.sent).toEqual(['a']);
  });

  it('sends its own where tabs cannot agree at all', async () => {
    const post = new FakePost();
    const outbox = new Outbox({
      send: post.send,
      store: new MemoryStore(),
      isAway: () => false,
      posted: () => undefined,
      // No locks in this process.
      join: async (userId, desk) => joinTabs(userId, desk, { Failure }),
    });
    opened.push(outbox);
    outbox.as('ana');
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    expect(post.sent).toEqual(['a']);
  });
});
