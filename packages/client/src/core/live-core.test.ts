import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createTestServer, type TestServer } from '../testing/index.ts';
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

  describe('of a read mark', () => {
    it('moves to the newest message once the room is there, where it was not loaded', async () => {
      const room = server.client('ben').conversation(conversationId);
      const read = room.read();
      await pass(1_000);
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
