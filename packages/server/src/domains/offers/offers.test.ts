import type { Offer, OfferStatus } from '@parley/contract';
import { describe, expect, it } from 'vitest';

import { encodeCursor } from '../../core/cursor.ts';
import { roomTopic } from '../../core/topics.ts';
import { getOffer } from './offers.ts';
import { describeTrade } from './testing/describe-trade.ts';
import {
  addConversation,
  addOffer,
  addPerson,
  refusalOf,
  removeFrom,
  toldIn,
  typesIn,
} from './testing/talk.ts';

const HOUR = 3_600_000;
const ROUNDS = 20;

describeTrade('offers', ({ services, talk, trade, inbox }) => {
  describe('creation', () => {
    it('opens a pending offer and tells the room and the recipient', async () => {
      const expiresAt = new Date(Date.now() + HOUR);
      const offer = await trade.make({ expiresAt, clientId: 'one' });
      expect(offer).toMatchObject({
        conversationId: talk.id,
        authorId: talk.author.id,
        recipientId: talk.recipient.id,
        title: 'Bicycle',
        terms: 'As seen',
        amount: 12_000,
        currency: 'EUR',
        status: 'pending',
        version: 1,
        parentOfferId: null,
        expiresAt,
        completedBy: [],
      });
      expect(offer.updatedAt).toEqual(offer.createdAt);
      const place = { offerId: offer.id, conversationId: talk.id };
      expect(await toldIn(services, roomTopic(talk.id))).toEqual([
        { type: 'offer-created', payload: { ...place, offer, createdAt: offer.createdAt } },
      ]);
      expect(await toldIn(services, inbox(talk.recipient))).toEqual([
        { type: 'new-offer', payload: { ...place, offer } },
      ]);
      expect(await typesIn(services, inbox(talk.author))).toEqual([]);
      expect(await typesIn(services, inbox(talk.third))).toEqual([]);
      const { activityAt } = await services.db.conversation.findUniqueOrThrow({ where: { id: talk.id } });
      expect(activityAt).toEqual(offer.createdAt);
    });

    it('keeps the largest amount that a number holds', async () => {
      const { id } = await trade.make({ amount: Number.MAX_SAFE_INTEGER });
      expect((await getOffer(services, talk.author, { offerId: id })).amount).toBe(Number.MAX_SAFE_INTEGER);
    });

    it('is to the other one between two people', async () => {
      const conversationId = await addConversation(services, [talk.author, talk.recipient]);
      expect((await trade.create(talk.recipient, { conversationId })).recipientId).toBe(talk.author.id);
    });

    it.each([
      ['recipient_required', 'nobody in a group', () => ({})],
      ['user_not_found', 'an unknown person', () => ({ recipientId: 'nobody' })],
      ['user_not_found', 'someone outside', () => ({ recipientId: talk.outsider.id })],
      ['invalid_input', 'oneself', () => ({ recipientId: talk.author.id })],
      [
        'expiry_in_past',
        'anyone until a past time',
        () => ({ recipientId: talk.third.id, expiresAt: new Date(0) }),
      ],
      ['expiry_in_past', 'anyone until now', () => ({ recipientId: talk.third.id, expiresAt: new Date() })],
      [
        'invalid_input',
        'anyone until after all times',
        () => ({ recipientId: talk.third.id, expiresAt: new Date(8.64e15) }),
      ],
    ] as const)('is refused with %s to %s', async (reason, _to, given) => {
      expect((await refusalOf(trade.create(talk.author, given()))).reason).toBe(reason);
      expect(await services.db.offer.count({ where: { conversationId: talk.id } })).toBe(0);
      expect(await typesIn(services, roomTopic(talk.id))).toEqual([]);
    });

    it('is refused where nobody else is', async () => {
      const conversationId = await addConversation(services, [talk.author]);
      expect((await refusalOf(trade.create(talk.author, { conversationId }))).reason).toBe('user_not_found');
    });

    it('does not show an outsider whether the conversation exists', async () => {
      const there = await refusalOf(trade.create(talk.outsider, { recipientId: talk.author.id }));
      const nowhere = await refusalOf(trade.create(talk.outsider, { conversationId: 'nowhere' }));
      expect(there).toEqual(nowhere);
      expect(there.reason).toBe('not_a_participant');
      const topics = { id: { in: [roomTopic(talk.id), roomTopic('nowhere')] } };
      expect(await services.db.topic.count({ where: topics })).toBe(0);
    });

    it('gives the first offer again for the same clientId, also when its terms would be refused now', async () => {
      const first = await trade.make({ clientId: 'same' });
      expect(await trade.make({ clientId: 'same', title: 'Another' })).toEqual(first);
      expect(await trade.make({ clientId: 'same', expiresAt: new Date(0) })).toEqual(first);
      await trade.update(talk.recipient, first.id, 'accepted');
      expect(await trade.make({ clientId: 'same' })).toMatchObject({ id: first.id, status: 'accepted' });
      expect(await typesIn(services, roomTopic(talk.id))).toEqual(['offer-created', 'offer-update']);
      expect(await typesIn(services, inbox(talk.recipient))).toEqual(['new-offer']);
    });

    it('keeps the clientIds of different people apart', async () => {
      const mine = await trade.make({ clientId: 'same' });
      const theirs = await trade.create(talk.recipient, { recipientId: talk.author.id, clientId: 'same' });
      expect(theirs.id).not.toBe(mine.id);
    });

    it('makes one offer of many with the same clientId at once', async () => {
      const offers = await Promise.all(Array.from({ length: 8 }, () => trade.make({ clientId: 'same' })));
      expect(new Set(offers.map(({ id }) => id)).size).toBe(1);
      expect(await typesIn(services, roomTopic(talk.id))).toEqual(['offer-created']);
      expect(await typesIn(services, inbox(talk.recipient))).toEqual(['new-offer']);
    });

    it('makes one offer of one clientId used in several conversations at once', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const pair = [talk.author, talk.recipient];
        const rooms = [await addConversation(services, pair), await addConversation(services, pair)];
        const given = { recipientId: talk.recipient.id, clientId: `round ${round}` };
        const offers = await Promise.all(
          rooms.map((conversationId) => trade.create(talk.author, { ...given, conversationId })),
        );
        expect(offers[0]).toEqual(offers[1]);
        const told = await Promise.all(rooms.map((id) => typesIn(services, roomTopic(id))));
        expect(told.flat()).toEqual(['offer-created']);
      }
    });

    it('does not show the first offer to someone who is no longer where it was made', async () => {
      await trade.make({ clientId: 'same' });
      await removeFrom(services, talk, talk.author);
      const conversationId = await addConversation(services, [talk.author, talk.third]);
      expect((await refusalOf(trade.create(talk.author, { conversationId, clientId: 'same' }))).reason).toBe(
        'not_a_participant',
      );
    });
  });

  describe('reading', () => {
    it('shows an offer to participants, and not to others whether it exists', async () => {
      const offer = await trade.make();
      for (const person of [talk.author, talk.recipient, talk.third]) {
        expect(await getOffer(services, person, { offerId: offer.id })).toEqual(offer);
      }
      const hidden = await refusalOf(getOffer(services, talk.outsider, { offerId: offer.id }));
      expect(hidden).toEqual(await refusalOf(getOffer(services, talk.outsider, { offerId: 'nothing' })));
      expect(hidden.reason).toBe('offer_not_found');
      expect((await refusalOf(trade.list(talk.outsider))).reason).toBe('not_a_participant');
    });

    it('pages newest first, with a cursor that stays valid while offers arrive', async () => {
      const made: Offer[] = [];
      for (let index = 0; index < 7; index += 1) made.unshift(await trade.make());
      const first = await trade.list(talk.third, { limit: 3 });
      const newer = await trade.make();
      const second = await trade.list(talk.third, { limit: 3, cursor: first.nextCursor ?? '' });
      const third = await trade.list(talk.third, { limit: 3, cursor: second.nextCursor ?? '' });
      expect([...first.items, ...second.items, ...third.items]).toEqual(made);
      expect(third.nextCursor).toBeNull();
      expect((await trade.list(talk.third)).items[0]).toEqual(newer);
      expect((await trade.list(talk.third, { limit: 8 })).nextCursor).toBeNull();
    });

    it('pages through offers of the same millisecond', async () => {
      const createdAt = new Date();
      for (let index = 0; index < 5; index += 1) await addOffer(services, talk);
      await services.db.offer.updateMany({ where: { conversationId: talk.id }, data: { createdAt } });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await trade.list(talk.author, { limit: 2, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toHaveLength(5);
      expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
    });

    it('filters by status', async () => {
      const statuses: OfferStatus[] = ['pending', 'declined', 'pending', 'expired'];
      for (const status of statuses) await addOffer(services, talk, { status });
      expect(
        (await trade.list(talk.author, { status: 'pending' })).items.map(({ status }) => status),
      ).toEqual(['pending', 'pending']);
      expect((await trade.list(talk.author, { status: 'accepted' })).items).toEqual([]);
    });

    it.each([
      'x',
      encodeCursor('a'),
      encodeCursor('tomorrow', 'a'),
      encodeCursor('0000-01-01T00:00:00.000Z', 'a'),
      encodeCursor('2026-13-01T00:00:00.000Z', 'a'),
      encodeCursor(5, 'a'),
    ])('refuses the cursor %s', async (cursor) => {
      expect((await refusalOf(trade.list(talk.author, { cursor }))).reason).toBe('invalid_cursor');
    });

    it('hides from a later participant what was offered before', async () => {
      const before = await trade.make();
      const { now } = (await services.db.$queryRaw<[{ now: Date }]>`SELECT clock_timestamp() AS now`)[0];
      const late = await addPerson(services, 'late');
      await services.db.participant.create({
        data: { conversationId: talk.id, userId: late.id, joinedAt: new Date(now.getTime() + 1) },
      });
      const ownTime = async () =>
        (await services.db.$queryRaw<[{ now: Date }]>`SELECT clock_timestamp() AS now`)[0].now;
      await expect.poll(ownTime).toSatisfy((time: Date) => time.getTime() > now.getTime() + 1);
      const after = await trade.make();
      expect((await trade.list(late)).items).toEqual([after]);
      expect(await getOffer(services, late, { offerId: after.id })).toEqual(after);
      expect((await refusalOf(getOffer(services, late, { offerId: before.id }))).reason).toBe(
        'offer_not_found',
      );
      expect((await refusalOf(trade.update(late, before.id, 'accepted'))).reason).toBe('offer_not_found');
      expect((await refusalOf(trade.update(late, after.id, 'accepted'))).reason).toBe('not_offer_recipient');
    });
  });
});
