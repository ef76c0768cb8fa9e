import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createTestServer, type TestServer } from '../testing/index.ts';
import type { Dehydrated } from './hydration.ts';
import type { Status } from './status.ts';

describe('what is live', () => {
  let server: TestServer<'ana' | 'ben' | 'cem'>;
  let conversationId: string;
  beforeEach(() => {
    vi.useFakeTimers();
    server = createTestServer({ users: ['ana', 'ben', 'cem'] });
    conversationId = server.conversation({ participants: ['ana', 'ben'], messages: 2 }).id;
  });
  afterEach(async () => {
    await server.close();
    vi.useRealTimers();
  });

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const calls = (path: string) => server.calls.filter((call) => call.path === path);
  const asked = (path: string) => calls(path).map(({ input }) => input);

  describe('of an offer that is shown by itself', () => {
    const draft = { title: 'Bike', terms: 'As seen' };
    /** Ben's, of Ana's offer, which is older than the newest page of the room. */
    const old = async () => {
      const ana = server.as('ana');
      const { offer } = await ana.offers.create({ conversationId, ...draft });
      for (let n = 0; n < 60; n += 1) await ana.offers.create({ conversationId, ...draft });
      const ben = server.client('ben');
      const live = ben.offer(offer.id);
      const seen: Status[] = [];
      live.subscribe(() => seen.push(live.getSnapshot().status));
      await pass(5_000);
      return { ben, live, seen, offerId: offer.id };
    };
    /** More than the server replays. */
    const reset = async (meanwhile: () => Promise<unknown>) => {
      server.faults.offline('ben');
      const ana = server.as('ana');
      for (let n = 0; n <= 1_000; n += 1) await ana.messages.send({ conversationId, content: `${n}` });
      await meanwhile();
      server.faults.online('ben');
      await pass(10_000);
    };

    it('stays, as it is now, after a reset that brings the newest page of its room', async () => {
      const { ben, live, seen, offerId } = await old();
      const resets: string[] = [];
      ben.conversation(conversationId).on('reset', ({ reason }) => resets.push(reason));
      expect(live.getSnapshot()).toMatchObject({ status: 'ready', offer: { id: offerId } });
      await reset(() => server.as('ana').offers.update({ conversationId, offerId, status: 'withdrawn' }));
      expect(resets).toEqual(['too_far_behind']);
      expect(live.getSnapshot()).toMatchObject({ status: 'ready', offer: { status: 'withdrawn' } });
      expect(new Set(seen)).toEqual(new Set(['ready']));
    });

    it('is over where it is refused after a reset, and its room goes on', async () => {
      const { ben, live } = await old();
      await reset(async () => server.faults.refuse('offers.get', 'offer_not_found', { times: Infinity }));
      expect(live.getSnapshot()).toMatchObject({
        status: 'failed',
        offer: null,
        error: { data: { reason: 'offer_not_found' } },
      });
      expect(ben.conversation(conversationId).status).toBe('ready');
    });
  });

  it('tells nothing of a group that one was taken out of, though the inbox is not followed', async () => {
    const { id } = server.conversation({ participants: ['ana', 'ben', 'cem'], title: 'Trip' });
    const room = server.client('ben').conversation(id);
    room.subscribe(() => {});
    await pass(1_000);
    expect(room.getSnapshot().conversation?.title).toBe('Trip');
    await server.as('ana').conversations.removeMember({ conversationId: id, userId: 'ben' });
    await pass(1_000);
    expect(room.getSnapshot()).toMatchObject({
      status: 'failed',
      error: { data: { reason: 'not_a_participant' } },
      conversation: null,
      participants: [],
      messages: [],
    });
  });

  describe('of a list', () => {
    beforeEach(() => {
      for (let n = 0; n < 60; n += 1)
        server.conversation({ participants: ['ana', 'ben'], subject: `talk ${n}` });
    });
    const listOf = async () => {
      const client = server.client('ana');
      client.inbox.subscribe(() => {});
      await pass(1_000);
      expect(client.inbox.getSnapshot().more.hasMore).toBe(true);
      return { client, more: () => client.inbox.getSnapshot().more };
    };

    it('keeps the error of a page from who signs in next', async () => {
      const { client, more } = await listOf();
      server.faults.refuse('conversations.list', 'internal');
      await client.inbox.loadMore();
      expect(more()).toMatchObject({ error: { data: { reason: 'internal' } } });
      void client.signIn(server.session('ben'));
      await pass(1_000);
      expect(client.inbox.status).toBe('ready');
      expect(more()).toEqual({ hasMore: true, isLoading: false, error: null });
    });

    it('keeps a page that was on its way from who signs in next, and why it did not come', async () => {
      const { client, more } = await listOf();
      server.faults.slow(500);
      const loading = client.inbox.loadMore();
      await pass(100);
      expect(more().isLoading).toBe(true);
      void client.signIn(server.session('ben'));
      await loading;
      expect(more()).toMatchObject({ isLoading: false, error: null });
      await pass(5_000);
      expect(more()).toEqual({ hasMore: true, isLoading: false, error: null });
      expect(client.inbox.conversations).toHaveLength(50);
    });
  });

  it('keeps for another day what is true then, and for a page at once what is true now', async () => {
    server.connect('ben');
    const ana = server.client('ana');
    const room = ana.conversation(conversationId);
    for (const live of [room, ana.inbox]) live.subscribe(() => {});
    await pass(1_000);
    await server.as('ben').typing.set({ conversationId, isTyping: true });
    await pass(1_000);
    const [now, later] = [ana.dehydrate(), ana.dehydrate({ lasting: true })];
    server.faults.offline('ana');
    const shown = (hydrate: Dehydrated) => {
      const client = server.client('ana', { hydrate: JSON.parse(JSON.stringify(hydrate)) as Dehydrated });
      const { messages, participants, typing } = client.conversation(conversationId).getSnapshot();
      const [listed] = client.inbox.conversations;
      const ben = participants.find(({ user }) => user.id === 'ben');
      return { messages: messages.length, writes: [typing, listed?.typing].flat().length, ben };
    };
    expect(shown(now)).toMatchObject({ messages: 2, writes: 2, ben: { online: true, typing: true } });
    expect(shown(later)).toMatchObject({ messages: 2, writes: 0, ben: { online: false, typing: false } });
  });

  it('tells who is there though others are asked for with what is no id, and tells those why it does not', async () => {
    const ben = server.client('ben');
    const people = ['', 'ana', 'cem', 'no id'].map((userId) => ben.presence([userId]));
    for (const one of people) one.subscribe(() => undefined);
    await pass(5_000);
    const told = people.map((one) => one.getSnapshot());
    expect(told.map(({ status }) => status)).toEqual(['failed', 'ready', 'ready', 'failed']);
    expect(told.map(({ error }) => error?.data?.reason ?? null)).toEqual([
      'invalid_input',
      null,
      null,
      'invalid_input',
    ]);
  });

  describe('of a room', () => {
    const opened = () => calls('conversations.open').length;
    const room = () => server.client('ben').conversation(conversationId);

    it('is asked for together with its subscription, and once', async () => {
      const ben = room();
      ben.subscribe(() => undefined);
      await pass(0);
      expect(server.calls.map(({ path }) => path)).toEqual(['conversations.events', 'conversations.open']);
      await pass(5_000);
      expect(ben.getSnapshot()).toMatchObject({ status: 'ready', messages: [{ seq: 1 }, { seq: 2 }] });
      expect(opened()).toBe(1);
    });

    it('is asked for again where something has happened before it was attached to', async () => {
      server.faults.refuse('conversations.events', 'unavailable');
      const ben = room();
      ben.subscribe(() => undefined);
      await pass(1);
      expect([ben.status, opened()]).toEqual(['loading', 1]);
      await server.as('ana').messages.send({ conversationId, content: 'meanwhile' });
      await pass(5_000);
      expect(ben.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(opened()).toBe(2);
    });

    it('is asked for again when the server has said to, where it had been asked for too much', async () => {
      server.faults.refuse('conversations.open', 'rate_limited', { retryAfterMs: 3_000 });
      const ben = room();
      ben.subscribe(() => undefined);
      await pass(2_900);
      expect([ben.status, opened()]).toEqual(['loading', 1]);
      await pass(200);
      expect([ben.status, opened()]).toEqual(['ready', 2]);
    });

    it('is not asked for where it goes on', async () => {
      const ben = room();
      ben.subscribe(() => undefined);
      await pass(1_000);
      server.faults.offline('ben');
      await pass(1_000);
      await server.as('ana').messages.send({ conversationId, content: 'meanwhile' });
      server.faults.online('ben');
      await pass(10_000);
      expect(ben.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(opened()).toBe(1);
    });
  });

  describe('of a read mark', () => {
    it('moves to the newest message once the room is there, where it was not loaded', async () => {
      const room = server.client('ben').conversation(conversationId);
      const read = room.read();
      await pass(1_000);
      await read;
      expect(asked('receipts.read')).toEqual([{ conversationId, upToSeq: 2 }]);
    });

    it('stays at what there was when the room was attached to, whatever comes while it is loaded', async () => {
      const room = server.client('ben').conversation(conversationId);
      // Its pages take more than one attempt.
      server.faults.refuse('conversations.open', 'unavailable', { times: 2 });
      const read = room.read();
      await pass(1);
      expect(calls('conversations.open')).toHaveLength(2);
      await server.as('ana').messages.send({ conversationId, content: 'later' });
      await pass(5_000);
      await read;
      expect(asked('receipts.read')).toEqual([{ conversationId, upToSeq: 2 }]);
    });

    it('is refused where the room is, and says nothing of a room that is empty', async () => {
      const ben = server.client('ben');
      const unknown = ben.conversation('unknown').read();
      const { id } = server.conversation({ participants: ['ana', 'ben'], subject: 'empty' });
      const empty = ben.conversation(id).read();
      await pass(1_000);
      await expect(unknown).rejects.toMatchObject({ data: { reason: 'not_a_participant' } });
      await empty;
      expect(calls('receipts.read')).toEqual([]);
    });
  });

  describe('of very many ids', () => {
    it('is let go of where nobody watches it and it was asked for longest ago, after a thousand others', () => {
      const ana = server.client('ana');
      const [watched, first, second] = [conversationId, 'first', 'second'].map(ana.conversation);
      watched?.subscribe(() => {});
      for (let n = 0; n < 999; n += 1) ana.conversation(`${n}`);
      expect(ana.conversation('second')).toBe(second);
      ana.conversation('last');
      expect(ana.conversation('second')).toBe(second);
      expect(ana.conversation(conversationId)).toBe(watched);
      expect(ana.conversation('first')).not.toBe(first);
    });

    it('is shown by whoever of two with one id is loaded, also where the other one is given up', async () => {
      const ana = server.client('ana');
      const first = ana.conversation(conversationId);
      for (let n = 0; n < 1_000; n += 1) ana.conversation(`${n}`);
      const second = ana.conversation(conversationId);
      expect(second).not.toBe(first);
      for (const room of [first, second]) {
        await Promise.all([room.load(), pass(1_000)]);
        await pass(40_000);
      }
      first.subscribe(() => {});
      // More than are kept as they were loaded: the second one is the oldest of them.
      for (let n = 0; n < 51; n += 1) {
        const { id } = server.conversation({
          participants: ['ana', 'ben'],
          subject: `talk ${n}`,
          messages: 1,
        });
        await Promise.all([ana.conversation(id).load(), pass(1_000)]);
        await pass(40_000);
      }
      ana.conversation('one more');
      expect(second.cursor).toBeNull();
      expect(first.getSnapshot()).toMatchObject({ status: 'ready', messages: [{}, {}] });
      await server.as('ben').messages.send({ conversationId, content: 'three' });
      await pass(1_000);
      expect(first.messages).toHaveLength(3);
    });

    it('hears that one is out of it and in again, whichever of two with one id it is', async () => {
      const { id } = server.conversation({ participants: ['ana', 'ben', 'cem'], title: 'Trip', messages: 1 });
      const ben = server.client('ben');
      ben.inbox.subscribe(() => {});
      const first = ben.conversation(id);
      for (let n = 0; n < 1_000; n += 1) ben.conversation(`${n}`);
      expect(ben.conversation(id)).not.toBe(first);
      first.subscribe(() => {});
      await pass(1_000);
      await server.as('ana').conversations.removeMember({ conversationId: id, userId: 'ben' });
      await pass(1_000);
      expect(first.getSnapshot()).toMatchObject({ status: 'failed', messages: [] });
      await server.as('ana').conversations.addMembers({ conversationId: id, userIds: ['ben'] });
      await pass(1_000);
      expect(first.status).toBe('ready');
    });

    it('is the same offer while someone watches it, and the one that was asked for longest ago goes first', () => {
      const ana = server.client('ana');
      const [watched, again, once] = ['watched', 'again', 'once'].map(ana.offer);
      const leave = watched!.subscribe(() => {});
      for (let n = 0; n < 497; n += 1) ana.offer(`${n}`);
      expect(ana.offer('again')).toBe(again);
      ana.offer('last');
      expect(ana.offer('watched')).toBe(watched);
      expect(ana.offer('again')).toBe(again);
      expect(ana.offer('once')).not.toBe(once);
      leave();
      for (let n = 0; n < 500; n += 1) ana.offer(`${n}`);
      expect(ana.offer('watched')).not.toBe(watched);
    });

    it('comes back as itself where someone watches it again, and ends with the person and the client', async () => {
      const ana = server.client('ana');
      const [first, second] = [ana.conversation(conversationId), ana.conversation('second')];
      await Promise.all([first.load(), pass(1_000)]);
      await pass(40_000);
      for (let n = 0; n < 1_000; n += 1) ana.conversation(`${n}`);
      expect(ana.conversation('second')).not.toBe(second);
      first.subscribe(() => {});
      await pass(1_000);
      expect(first).toMatchObject({ status: 'ready', messages: [{}, {}] });
      expect(ana.conversation(conversationId)).toBe(first);
      second.subscribe(() => {});
      await pass(1_000);
      expect(second.status).toBe('failed');
      void ana.signOut();
      await pass(1_000);
      for (const { status, messages } of [first, second]) expect([status, messages]).toEqual(['failed', []]);
      void ana.signIn(server.session('ana'));
      await pass(1_000);
      expect(first.status).toBe('ready');
      await ana.close();
      await pass(60_000);
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});
