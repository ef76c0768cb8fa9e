// The six operations and eleven events of two people who talk and trade, through stock tRPC clients.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { personOf, type Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

describe.each(databases())('two people on $kind', (kind) => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    server = await startServer(kind, { presenceGraceMs: 50 });
    ana = await server.person('ana');
    ben = await server.person('ben');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (subject: string) =>
    ana.client.conversations.create.mutate({ participantIds: [ben.id], subject });

  it('join, talk, type, read and leave', async () => {
    const { id: conversationId } = await open('talk');
    const [hers, his, inbox] = [
      watchRoom(ana.client, conversationId),
      watchRoom(ben.client, conversationId),
      watchInbox(ben.client),
    ];
    expect(await inbox.next('connected')).toEqual({
      message: `Connected as ${ben.username}`,
      userId: ben.id,
      resumed: false,
    });
    expect((await his.next('joined')).participants.map(({ user, online }) => [user.id, online])).toEqual(
      expect.arrayContaining([
        [ana.id, true],
        [ben.id, true],
      ]),
    );
    await hers.next('joined');

    const { message } = await ana.client.messages.send.mutate({
      conversationId,
      content: 'Is it still there?',
    });
    const received = await his.next('message');
    expect(received).toEqual({
      id: message.id,
      seq: 1,
      conversationId,
      userId: ana.id,
      user: { id: ana.id, username: ana.username, avatar: null },
      content: 'Is it still there?',
      attachments: [],
      replyToId: null,
      clientId: null,
      createdAt: message.createdAt,
    });
    expect(received.createdAt).toBeInstanceOf(Date);
    expect(await inbox.next('new-message')).toMatchObject({
      conversationId,
      message: { id: message.id, content: 'Is it still there?', user: { id: ana.id } },
      unreadCount: 1,
    });

    await ben.client.typing.set.mutate({ conversationId, isTyping: true });
    expect(await hers.next('typing')).toEqual({
      userId: ben.id,
      username: ben.username,
      conversationId,
      isTyping: true,
    });
    await ben.client.typing.set.mutate({ conversationId, isTyping: false });
    expect((await hers.next('typing', 2)).isTyping).toBe(false);
    expect(his.of('typing')).toEqual([]);

    const { success, readAt } = await ben.client.receipts.read.mutate({ conversationId });
    expect(success).toBe(true);
    expect(await hers.next('read')).toEqual({ userId: ben.id, conversationId, seq: 1, readAt });

    his.unsubscribe();
    const visit = { userId: ben.id, username: ben.username, conversationId };
    expect(await hers.next('user-left')).toEqual(visit);
    watchRoom(ben.client, conversationId);
    await expect.poll(() => hers.of('user-joined').at(-1)).toEqual(visit);
    hers.unsubscribe();
    inbox.unsubscribe();
  });

  it('make an offer, counter it and agree', async () => {
    const { id: conversationId } = await open('trade');
    const [room, his, hers] = [
      watchRoom(ana.client, conversationId),
      watchInbox(ben.client),
      watchInbox(ana.client),
    ];
    await room.next('joined');
    await his.next('connected');
    await hers.next('connected');

    const { offer } = await ana.client.offers.create.mutate({
      conversationId,
      title: 'Bike',
      terms: 'Fetched this evening',
      amount: 18_000,
      currency: 'EUR',
    });
    expect(await room.next('offer-created')).toEqual({
      offerId: offer.id,
      conversationId,
      offer,
      createdAt: offer.createdAt,
    });
    expect(await his.next('new-offer')).toEqual({ offerId: offer.id, conversationId, offer });

    await ben.client.offers.update.mutate({
      conversationId,
      offerId: offer.id,
      status: 'countered',
      counter: { amount: 16_000 },
    });
    const counter = (await room.next('offer-created', 2)).offer;
    expect(counter).toMatchObject({
      parentOfferId: offer.id,
      authorId: ben.id,
      recipientId: ana.id,
      title: 'Bike',
      amount: 16_000,
      currency: 'EUR',
      status: 'pending',
    });
    expect(await hers.next('new-offer')).toMatchObject({ offerId: counter.id });

    await ana.client.offers.update.mutate({
      conversationId,
      offerId: counter.id,
      status: 'accepted',
      expectedVersion: counter.version,
    });
    expect((await room.next('offer-update', 2)).status).toBe('accepted');
    expect(await his.next('offer-accepted')).toMatchObject({ offerId: counter.id, conversationId });
    for (const watch of [room, his, hers]) watch.unsubscribe();
  });

  it('act on an offer at once: one wins, the other is told the offer as it is', async () => {
    const { id: conversationId } = await open('race');
    for (let round = 0; round < 10; round += 1) {
      const { offer } = await ana.client.offers.create.mutate({
        conversationId,
        title: 'Bike',
        terms: 'As is',
      });
      const results = await Promise.allSettled([
        ana.client.offers.update.mutate({ conversationId, offerId: offer.id, status: 'withdrawn' }),
        ben.client.offers.update.mutate({ conversationId, offerId: offer.id, status: 'accepted' }),
      ]);
      const lost = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      const { status } = await ana.client.offers.get.query({ offerId: offer.id });
      expect(lost).toHaveLength(1);
      expect(lost[0]).toMatchObject({
        data: { code: 'CONFLICT', reason: 'offer_not_open', offer: { status } },
      });
    }
  });

  it('see each other come and go', async () => {
    const first = await server.person('cem');
    const { session, id } = first;
    await first.client.auth.me.query();
    await first.close();
    await expect.poll(() => server.parley.isUserOnline(id)).toBe(false);
    const { id: conversationId } = await ana.client.conversations.create.mutate({ participantIds: [id] });
    const [room, inbox] = [watchRoom(ana.client, conversationId), watchInbox(ana.client)];
    await room.next('joined');
    await inbox.next('connected');
    const cem = personOf(server.url, session);
    await cem.client.auth.me.query();
    const arrived = await room.next('presence');
    expect(arrived).toMatchObject({ userId: id, online: true });
    expect(arrived.lastSeenAt).toBeInstanceOf(Date);
    expect(await ana.client.presence.get.query({ userIds: [id] })).toMatchObject([{ online: true }]);
    await cem.close();
    expect(await room.next('presence', 2)).toMatchObject({ userId: id, online: false });
    expect((await inbox.next('presence', 2)).lastSeenAt).toBeInstanceOf(Date);
    room.unsubscribe();
    inbox.unsubscribe();
  });
});
