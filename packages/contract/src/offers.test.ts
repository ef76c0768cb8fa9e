import { describe, expect, it } from 'vitest';

import { CreateOffer, UpdateOffer } from './offers.ts';
import { accepts } from './testing/accepts.ts';

describe('an offer', () => {
  const offer = (fields: object) =>
    accepts(CreateOffer, { conversationId: 'c', title: 't', terms: 't', ...fields });

  it('has an amount with its currency, or neither', () => {
    expect(offer({})).toBe(true);
    expect(offer({ amount: 1250, currency: 'EUR' })).toBe(true);
    expect(offer({ amount: 1250 })).toBe(false);
    expect(offer({ currency: 'EUR' })).toBe(false);
  });

  it.each(['eur', 'EURO', 'XXY', '', 'US$'])('does not take "%s" for a currency', (currency) => {
    expect(offer({ amount: 1, currency })).toBe(false);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'does not take %s for an amount',
    (amount) => {
      expect(offer({ amount, currency: 'EUR' })).toBe(false);
    },
  );

  it('is countered with terms, and turned into nothing that only the clock may', () => {
    const update = (fields: object) => accepts(UpdateOffer, { conversationId: 'c', offerId: 'o', ...fields });
    expect(update({ status: 'countered', counter: { terms: 'more' } })).toBe(true);
    expect(update({ status: 'countered' })).toBe(false);
    expect(update({ status: 'expired' })).toBe(false);
    expect(update({ status: 'pending' })).toBe(false);
  });
});
