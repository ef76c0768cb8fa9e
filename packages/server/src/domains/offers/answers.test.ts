import { isDeepStrictEqual } from 'node:util';

import type { OfferAction } from '@parley/contract';
import { describe, expect, it } from 'vitest';

import type { Caller } from '../../core/caller.ts';
import { roomTopic } from '../../core/topics.ts';
import { getOffer } from './offers.ts';
import { describeTrade } from './testing/describe-trade.ts';
import { addConversation, addOffer, refusalOf, removeFrom, toldIn, typesIn } from './testing/talk.ts';
import { ACTIONS, expectedOutcome, ROLES, STATUSES } from './testing/transition-table.ts';

const ROUNDS = 20;

/** Why a call was refused, and the status of the offer that the refusal shows; nothing for a call that was not. */
async function outcomeOf(call: Promise<unknown>): Promise<{ reason?: string; shown?: string | undefined }> {
  const [result] = await Promise.allSettled([call]);
  if (result.status === 'fulfilled') return {};
  const { reason, offer } = await refusalOf(call);
  return { reason, shown: offer?.status };
}

describeTrade('answers to offers', ({ services, talk, trade, inbox, stored }) => {
  describe('transitions', () => {
    it.each(STATUSES)('are what the contract says for an offer that is %s, whoever asks', async (status) => {
      const seen: object[] = [];
      const promised: object[] = [];
      for (const [action, role] of ACTIONS.flatMap((one) => ROLES.map((other) => [one, other] as const))) {
        const offerId = await addOffer(services, talk, { status });
        const before = await stored(offerId);
        const head = (await toldIn(services, roomTopic(talk.id))).length;
        const result = await outcomeOf(trade.update(talk[role], offerId, action));
        const after = await stored(offerId);
        const told = (await toldIn(services, roomTopic(talk.id))).slice(head).map(({ type }) => type);
        const unchanged = isDeepStrictEqual(after, before);
        seen.push({ action, role, ...result, status: after.status, version: after.version, unchanged, told });

        const expected = expectedOutcome(status, action, role);
        if ('reason' in expected) {
          const conflict = ['offer_not_open', 'offer_not_accepted'].includes(expected.reason);
          const shown = conflict ? status : undefined;
          promised.push({ action, role, ...expected, shown, status, version: 1, unchanged: true, told: [] });
        } else {
          const types = action === 'countered' ? ['offer-update', 'offer-created'] : ['offer-update'];
          promised.push({ action, role, ...expected, version: 2, unchanged: false, told: types });
        }
      }
      expect(seen).toEqual(promised);
      expect(seen).toHaveLength(ACTIONS.length * ROLES.length);
    });

    it.each([
      ['accepted', 'recipient', 'author', ['offer-update', 'offer-accepted']],
      ['declined', 'recipient', 'author', ['offer-update']],
      ['countered', 'recipient', 'author', ['offer-update', 'new-offer']],
      ['withdrawn', 'author', 'recipient', ['new-offer', 'offer-update']],
    ] as const)(
      'to %s by the %s are told in the inbox of the %s alone',
      async (action, actor, other, types) => {
        const offer = await trade.make();
        const before = await toldIn(services, inbox(talk[actor]));
        const { message } = await trade.update(talk[actor], offer.id, action);
        expect(message).not.toBe('');
        expect(await typesIn(services, inbox(talk[other]))).toEqual(types);
        expect(await toldIn(services, inbox(talk[actor]))).toEqual(before);
        expect(await typesIn(services, inbox(talk.third))).toEqual([]);
      },
    );

    it('raise the version and the time, and bump the conversation', async () => {
      const offer = await trade.make();
      const { offer: accepted } = await trade.update(talk.recipient, offer.id, 'accepted', {
        expectedVersion: 1,
      });
      expect(accepted).toEqual({ ...offer, status: 'accepted', version: 2, updatedAt: accepted.updatedAt });
      expect(accepted.updatedAt.getTime()).toBeGreaterThanOrEqual(offer.updatedAt.getTime());
      const { activityAt } = await services.db.conversation.findUniqueOrThrow({ where: { id: talk.id } });
      expect(activityAt).toEqual(accepted.updatedAt);
    });

    it('tell nothing to a party that is no longer in the conversation', async () => {
      const offer = await trade.make();
      await removeFrom(services, talk, talk.author);
      await trade.update(talk.recipient, offer.id, 'declined');
      expect(await typesIn(services, inbox(talk.author))).toEqual([]);
      const other = await trade.create(talk.third, { recipientId: talk.recipient.id });
      expect((await refusalOf(trade.update(talk.author, other.id, 'accepted'))).reason).toBe(
        'not_a_participant',
      );
    });

    it('accept no terms of somebody who has gone, or has gone and come back', async () => {
      const offer = await trade.make();
      const accept = () => refusalOf(trade.update(talk.recipient, offer.id, 'accepted'));
      await removeFrom(services, talk, talk.author);
      expect(await accept()).toMatchObject({ reason: 'user_not_found' });
      const { id: userId } = talk.author;
      const joinedAt = new Date(offer.createdAt.getTime() + 1);
      await services.db.participant.create({ data: { conversationId: talk.id, userId, joinedAt } });
      expect(await accept()).toMatchObject({ reason: 'user_not_found' });
      await trade.update(talk.recipient, offer.id, 'declined');
      expect(await typesIn(services, inbox(talk.author))).toEqual([]);
    });

    it('need an offer of that conversation', async () => {
      const conversationId = await addConversation(services, [talk.author, talk.recipient]);
      const offer = await trade.make();
      expect((await refusalOf(trade.update(talk.recipient, 'nothing', 'accepted'))).reason).toBe(
        'offer_not_found',
      );
      const elsewhere = trade.update(talk.recipient, offer.id, 'accepted', { conversationId });
      expect((await refusalOf(elsewhere)).reason).toBe('offer_not_found');
    });

    it('refuse another version than the one that was seen, with the offer as it is', async () => {
      const offer = await trade.make();
      const refusal = await refusalOf(
        trade.update(talk.recipient, offer.id, 'accepted', { expectedVersion: 2 }),
      );
      expect(refusal).toMatchObject({ reason: 'offer_changed', offer });
      await trade.update(talk.recipient, offer.id, 'accepted');
      const late = await refusalOf(trade.update(talk.author, offer.id, 'withdrawn', { expectedVersion: 1 }));
      expect(late).toMatchObject({ reason: 'offer_not_open', offer: { status: 'accepted', version: 2 } });
    });
  });

  describe('completion', () => {
    it.each([
      ['author', 'recipient'],
      ['recipient', 'author'],
    ] as const)('needs both, the %s first', async (first, second) => {
      const { id } = await trade.make();
      await trade.update(talk.recipient, id, 'accepted');
      const half = await trade.update(talk[first], id, 'completed');
      expect(half).toMatchObject({
        message: 'Completion confirmed; the other side must confirm it too',
        offer: { status: 'accepted', version: 3, completedBy: [talk[first].id] },
      });
      const told = (await toldIn(services, inbox(talk[second]))).at(-1);
      expect(told).toMatchObject({
        type: 'offer-update',
        payload: { status: 'accepted', offer: half.offer },
      });

      const head = (await toldIn(services, roomTopic(talk.id))).length;
      expect((await trade.update(talk[first], id, 'completed', { expectedVersion: 2 })).offer).toEqual(
        half.offer,
      );
      expect(await toldIn(services, roomTopic(talk.id))).toHaveLength(head);

      const whole = await trade.update(talk[second], id, 'completed', { expectedVersion: 3 });
      expect(whole).toMatchObject({
        message: 'Offer completed',
        offer: { status: 'completed', version: 4, completedBy: [talk[first].id, talk[second].id] },
      });
      expect(await typesIn(services, inbox(talk.author))).toEqual([
        'offer-update',
        'offer-accepted',
        'offer-update',
      ]);
      expect((await refusalOf(trade.update(talk[first], id, 'completed'))).reason).toBe('offer_not_open');
    });

    it('of both at once completes once', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const id = await addOffer(services, talk, { status: 'accepted' });
        await Promise.all([
          trade.update(talk.author, id, 'completed'),
          trade.update(talk.recipient, id, 'completed'),
        ]);
        expect(await stored(id)).toMatchObject({ status: 'completed', version: 3 });
      }
    });
  });

  describe('a race', () => {
    it.each([
      ['accepted', 'withdrawn'],
      ['accepted', 'countered'],
      ['accepted', 'declined'],
    ] as const)('of %s against %s has one winner, and the other sees what it was', async (one, other) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const offerId = await addOffer(services, talk);
        const head = (await toldIn(services, roomTopic(talk.id))).length;
        const acts: [Caller, OfferAction][] = [
          [talk.recipient, one],
          [other === 'withdrawn' ? talk.author : talk.recipient, other],
        ];
        if (round % 2 === 1) acts.reverse();
        const calls = acts.map(([caller, action]) => trade.update(caller, offerId, action));
        const results = await Promise.allSettled(calls);
        const won = results.findIndex(({ status }) => status === 'fulfilled');
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const { reason, offer } = await refusalOf(calls[1 - won] ?? Promise.resolve());
        expect(reason).toBe('offer_not_open');
        expect(offer).toMatchObject({ id: offerId, status: acts[won]?.[1], version: 2 });
        const told = (await toldIn(services, roomTopic(talk.id))).slice(head);
        expect(told.filter(({ type }) => type === 'offer-update')).toHaveLength(1);
        expect(await services.db.offer.count({ where: { parentOfferId: offerId } })).toBe(
          acts[won]?.[1] === 'countered' ? 1 : 0,
        );
      }
    });
  });

  describe('an offer whose time is over', () => {
    it.each(ACTIONS)('is expired instead of %s, and told to both', async (action) => {
      const offerId = await addOffer(services, talk, { expiresAt: new Date(Date.now() - 1_000) });
      const caller = action === 'withdrawn' ? talk.author : talk.recipient;
      const { reason, offer } = await refusalOf(trade.update(caller, offerId, action));
      expect(reason).toBe('offer_not_open');
      expect(offer).toMatchObject({ id: offerId, status: 'expired', version: 2 });
      expect(await getOffer(services, caller, { offerId })).toEqual(offer);
      for (const topic of [roomTopic(talk.id), inbox(talk.author), inbox(talk.recipient)]) {
        expect(await typesIn(services, topic)).toEqual(['offer-update']);
      }
    });

    it('is not touched by someone who may not answer it', async () => {
      const offerId = await addOffer(services, talk, { expiresAt: new Date(Date.now() - 1_000) });
      expect((await refusalOf(trade.update(talk.third, offerId, 'accepted'))).reason).toBe(
        'not_offer_recipient',
      );
      expect((await stored(offerId)).status).toBe('pending');
    });
  });
});
