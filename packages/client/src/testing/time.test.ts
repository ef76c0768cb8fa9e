import type { InboxEvent } from '@parley/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTestServer, type TestServer } from './create-test-server.ts';

describe('the time of a test server', () => {
  const BEGIN = Date.UTC(2026, 0, 1);
  let server: TestServer<'ana' | 'ben'>;
  let conversationId: string;
  beforeEach(() => {
    server = createTestServer({ users: ['ana', 'ben'], now: () => BEGIN });
    conversationId = server.conversation({ participants: ['ana', 'ben'], messages: 3 }).id;
  });
  afterEach(() => server.close());

  const watch = () => {
    const events: InboxEvent[] = [];
    const client = server.client('ana');
    client.trpc.inbox.events.subscribe({}, { onData: ({ data }) => events.push(data) });
    const told = (type: InboxEvent['type']) => events.filter((event) => event.type === type);
    return { client, told };
  };

  it('is the one that it was given, and what is there from the beginning was before', async () => {
    const { items } = await server.as('ana').messages.list({ conversationId });
    const [last = 0, ...before] = items.map(({ createdAt }) => createdAt.getTime());
    expect(last - BEGIN).toBeLessThan(5);
    expect(before.map((time) => last - time)).toEqual([60_000, 120_000]);
    server.time.advance(5);
    expect(server.time.now()).toEqual(new Date(BEGIN + 5));
  });

  it('is another one for what happens right after, so that the newest is first', async () => {
    for (const subject of ['1', '2', '3']) server.conversation({ participants: ['ana', 'ben'], subject });
    await server.as('ana').messages.send({ conversationId, content: 'newest' });
    const { items } = await server.as('ben').conversations.list(undefined);
    expect(items.map(({ subject }) => subject)).toEqual([null, '3', '2', '1']);
  });

  it('ends an offer when it is over', async () => {
    const { told } = watch();
    const expiresAt = new Date(BEGIN + 60_000);
    const { offer } = await server
      .as('ana')
      .offers.create({ conversationId, title: 'Bike', terms: 'As seen', expiresAt });
    await expect.poll(() => told('connected')).toHaveLength(1);
    server.time.advance(59_999);
    expect((await server.as('ben').offers.get({ offerId: offer.id })).status).toBe('pending');
    server.time.advance(1);
    await expect.poll(() => told('offer-update')).toHaveLength(1);
    expect((await server.as('ben').offers.get({ offerId: offer.id })).status).toBe('expired');
  });

  it('ends typing, and takes people offline who have gone', async () => {
    const { told } = watch();
    await expect.poll(() => told('connected')).toHaveLength(1);
    const disconnect = server.connect('ben');
    await server.as('ben').typing.set({ conversationId, isTyping: true });
    await expect.poll(() => told('typing')).toHaveLength(1);
    server.time.advance(6_000);
    await expect.poll(() => told('typing')).toHaveLength(2);
    expect(told('typing').map(({ payload }) => 'isTyping' in payload && payload.isTyping)).toEqual([
      true,
      false,
    ]);
    disconnect();
    server.time.advance(4_999);
    expect(told('presence')).toHaveLength(1);
    server.time.advance(1);
    await expect.poll(() => told('presence')).toHaveLength(2);
    expect(told('presence').map(({ payload }) => 'online' in payload && payload.online)).toEqual([
      true,
      false,
    ]);
  });

  it('makes tokens expire, which a client renews', async () => {
    const { client, told } = watch();
    await expect.poll(() => told('connected')).toHaveLength(1);
    const before = client.session.getSnapshot()?.accessToken;
    server.time.advance(15 * 60_000);
    await expect.poll(() => client.session.getSnapshot()?.accessToken).not.toBe(before);
    expect((await client.trpc.auth.me.query()).username).toBe('ana');
  });
});
