// Offers as two people see them, each with the moves that they may make, also when both move at once.
import { isParleyError, type OfferView } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { withTalkers } from './testing/talkers.ts';

describe('an offer', () => {
  const stage = withTalkers(['ana', 'ben']);

  const open = async (subject: string) => {
    const { id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject });
    const [hers, his] = [stage.ana.client.conversation(id), stage.ben.client.conversation(id)];
    const ends = [hers.subscribe(() => undefined), his.subscribe(() => undefined)];
    await Promise.all([hers.load(), his.load()]);
    return { hers, his, close: () => ends.forEach((end) => end()) };
  };
  const TERMS = { title: 'Bicycle', terms: 'As seen', amount: 12_000, currency: 'EUR' };

  const received = (offer: OfferView | undefined) => {
    if (offer?.status !== 'pending' || offer.role !== 'recipient') throw new Error('not to be answered');
    return offer;
  };

  it('is made, countered, accepted and completed with the moves that each may make', async () => {
    const { hers, his, close } = await open('all the way');
    await hers.createOffer(TERMS);
    expect(hers.offers).toMatchObject([{ status: 'pending', role: 'author' }]);
    await expect.poll(() => his.offers.length).toBe(1);
    const countering = received(his.offers[0]).moves.counter({ amount: 10_000, currency: 'EUR' });
    expect(his.offers[0]?.pending).toBe('countered');
    const counter = await countering;
    expect(his.offers.map(({ status, pending }) => [status, pending])).toEqual([
      ['pending', null],
      ['countered', null],
    ]);
    await expect.poll(() => hers.offers[0]?.id).toBe(counter.id);
    await received(hers.offers[0]).moves.accept();
    await expect.poll(() => his.offers[0]?.status).toBe('accepted');
    for (const room of [his, hers]) {
      const [offer] = room.offers;
      if (offer?.status !== 'accepted' || offer.role === 'observer' || offer.hasConfirmed) throw new Error();
      await offer.moves.complete();
    }
    await expect.poll(() => his.offers[0]?.status).toBe('completed');
    close();
  });

  it('has one winner when one accepts while the other withdraws, and both see the same', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { hers, his, close } = await open(`race ${round}`);
      await hers.createOffer(TERMS);
      await expect.poll(() => his.offers.length).toBe(1);
      const [own] = hers.offers;
      if (own?.status !== 'pending' || own.role !== 'author') throw new Error('not to be withdrawn');
      const outcomes = await Promise.allSettled([
        received(his.offers[0]).moves.accept(),
        own.moves.withdraw(),
      ]);
      const lost = outcomes.filter((one) => one.status === 'rejected');
      expect(lost).toHaveLength(1);
      expect(isParleyError(lost[0]?.reason, 'offer_not_open')).toBe(true);
      const status = outcomes[0]?.status === 'fulfilled' ? 'accepted' : 'withdrawn';
      // Whoever lost knows how at once: the refusal brings the offer.
      expect((status === 'accepted' ? hers : his).offers).toMatchObject([{ status, pending: null }]);
      await expect.poll(() => [hers.offers[0]?.status, his.offers[0]?.status]).toEqual([status, status]);
      close();
    }
  });

  it('is found by its id alone', async () => {
    const { hers, close } = await open('by id');
    const { id } = await hers.createOffer(TERMS);
    const offer = stage.ben.client.offer(id);
    const end = offer.subscribe(() => undefined);
    await expect.poll(() => offer.getSnapshot().status).toBe('ready');
    expect(offer.getSnapshot().offer).toMatchObject({ id, role: 'recipient' });
    const [own] = hers.offers;
    if (own?.status !== 'pending' || own.role !== 'author') throw new Error('not to be withdrawn');
    await own.moves.withdraw();
    await expect.poll(() => offer.getSnapshot().offer?.status).toBe('withdrawn');
    const unknown = stage.ben.client.offer('unknown');
    const ended = unknown.subscribe(() => undefined);
    await expect.poll(() => unknown.getSnapshot().status).toBe('failed');
    expect(isParleyError(unknown.getSnapshot().error, 'offer_not_found')).toBe(true);
    for (const over of [end, ended, close]) over();
  });

  it('is out of reach for whoever is taken out of its group', async () => {
    const { id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], title: 'Bicycles' });
    const hers = stage.ana.client.conversation(id);
    await hers.load();
    const made = await hers.createOffer({ ...TERMS, recipientId: stage.ben.id });
    const offer = stage.ben.client.offer(made.id);
    const end = offer.subscribe(() => undefined);
    await expect.poll(() => offer.getSnapshot().status).toBe('ready');
    await hers.removeMember(stage.ben.id);
    await expect.poll(() => offer.getSnapshot().status).toBe('failed');
    expect(offer.getSnapshot().offer).toBeNull();
    expect(isParleyError(offer.getSnapshot().error, 'not_a_participant')).toBe(true);
    end();
  });
});
