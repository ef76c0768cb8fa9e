import { expect, it } from 'vitest';

import { roomTopic } from '../../core/topics.ts';
import { describeTrade } from './testing/describe-trade.ts';
import { refusalOf, removeFrom, toldIn, typesIn } from './testing/talk.ts';

const HOUR = 3_600_000;

describeTrade('counter-offers', ({ services, talk, trade, stored }) => {
  it('closes the old offer and opens one the other way round', async () => {
    const offer = await trade.make({ expiresAt: new Date(Date.now() + HOUR) });
    const { offer: parent, counterOffer: counter } = await trade.update(
      talk.recipient,
      offer.id,
      'countered',
      {
        counter: { amount: 9_000 },
      },
    );
    expect(parent).toMatchObject({ id: offer.id, status: 'countered', version: 2 });
    expect(counter).toMatchObject({
      authorId: talk.recipient.id,
      recipientId: talk.author.id,
      parentOfferId: offer.id,
      title: 'Bicycle',
      terms: 'As seen',
      amount: 9_000,
      currency: 'EUR',
      status: 'pending',
      version: 1,
      expiresAt: null,
    });
    const [, closed, opened, ...more] = await toldIn(services, roomTopic(talk.id));
    expect(closed).toMatchObject({
      type: 'offer-update',
      payload: { offerId: offer.id, status: 'countered' },
    });
    expect(opened).toMatchObject({ type: 'offer-created', payload: { offer: counter } });
    expect(more).toEqual([]);
    expect((await trade.update(talk.author, counter?.id ?? '', 'accepted')).offer.status).toBe('accepted');
  });

  it.each([
    ['clears both', {}, { amount: null, currency: 'USD' }, { amount: null, currency: null }],
    ['takes another currency', {}, { currency: 'USD' }, { amount: 12_000, currency: 'USD' }],
    [
      'makes a barter a sale',
      { amount: undefined, currency: undefined },
      { amount: 1, currency: 'EUR' },
      { amount: 1, currency: 'EUR' },
    ],
    [
      'stays a barter',
      { amount: undefined, currency: undefined },
      { terms: 'Twice' },
      { amount: null, currency: null, terms: 'Twice' },
    ],
  ])('%s', async (_name, given, counter, expected) => {
    const offer = await trade.make(given);
    const { counterOffer } = await trade.update(talk.recipient, offer.id, 'countered', { counter });
    expect(counterOffer).toMatchObject(expected);
  });

  it.each([
    ['invalid_input', 'an amount without any currency', { amount: 1 }],
    ['invalid_input', 'a currency without any amount', { currency: 'EUR' }],
    ['expiry_in_past', 'a past expiry', { expiresAt: new Date(0) }],
  ] as const)('is refused with %s for %s, and changes nothing', async (reason, _what, counter) => {
    const offer = await trade.make({ amount: undefined, currency: undefined });
    expect((await refusalOf(trade.update(talk.recipient, offer.id, 'countered', { counter }))).reason).toBe(
      reason,
    );
    expect(await stored(offer.id)).toMatchObject({ status: 'pending', version: 1 });
    expect(await typesIn(services, roomTopic(talk.id))).toEqual(['offer-created']);
  });

  it('made again with its clientId is the one made first, also many at once', async () => {
    const offer = await trade.make();
    const counter = { amount: 9_000, clientId: 'counter' };
    const made = await Promise.all(
      Array.from({ length: 6 }, () =>
        trade.update(talk.recipient, offer.id, 'countered', { counter, expectedVersion: 1 }),
      ),
    );
    expect(new Set(made.map((one) => one.counterOffer?.id)).size).toBe(1);
    await trade.update(talk.author, made[0]?.counterOffer?.id ?? '', 'declined');
    const again = await trade.update(talk.recipient, offer.id, 'countered', { counter });
    expect(again.counterOffer).toMatchObject({ id: made[0]?.counterOffer?.id, status: 'declined' });
    expect(await typesIn(services, roomTopic(talk.id))).toEqual([
      'offer-created',
      'offer-update',
      'offer-created',
      'offer-update',
    ]);
  });

  it('does not take a clientId that made another offer', async () => {
    await trade.create(talk.recipient, { recipientId: talk.author.id, clientId: 'used' });
    const offer = await trade.make();
    const call = trade.update(talk.recipient, offer.id, 'countered', { counter: { clientId: 'used' } });
    expect(await refusalOf(call)).toMatchObject({
      reason: 'invalid_input',
      message: 'The clientId was used for another offer',
    });
    expect((await stored(offer.id)).status).toBe('pending');
  });

  it('to someone who has left is refused', async () => {
    const offer = await trade.make();
    await removeFrom(services, talk, talk.author);
    expect((await refusalOf(trade.update(talk.recipient, offer.id, 'countered'))).reason).toBe(
      'user_not_found',
    );
    expect((await stored(offer.id)).status).toBe('pending');
  });
});
