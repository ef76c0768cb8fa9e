import { describe, expect, it } from 'vitest';

import { Numbers } from './numbers.ts';
import { readCounter, readOffer } from './offer-words.ts';

const now = new Date('2026-11-23T10:00:00Z');

describe('the words of an offer', () => {
  it('are a title and terms, and then an amount and an expiry in any order', () => {
    const offer = {
      title: 'Blue bike',
      terms: 'with the panniers',
      amount: 18_050,
      currency: 'EUR',
      expiresAt: new Date('2026-11-25T10:00:00Z'),
    };
    expect(readOffer('Blue bike | with the panniers | 180.50 EUR | 2d', now)).toEqual(offer);
    expect(readOffer('Blue bike |2d| EUR 180.5 |with the panniers', now)).toEqual(offer);
    expect(readOffer('@ben Swap | bread for bowls', now)).toEqual({
      to: 'ben',
      title: 'Swap',
      terms: 'bread for bowls',
    });
  });

  it.each(['', 'Blue bike', 'Blue bike | 180 EUR', '| terms', 'a | b | soon', 'a | b | 1 EUR | 2 EUR'])(
    'are not %j',
    (text) => {
      expect(() => readOffer(text, now)).toThrow(expect.objectContaining({ name: 'UsageError' }));
    },
  );

  it('leave out what a counter-offer keeps', () => {
    expect(readCounter('190 EUR', now)).toEqual({ amount: 19_000, currency: 'EUR' });
    expect(readCounter('with a lock', now)).toEqual({ terms: 'with a lock' });
    expect(() => readCounter(' ', now)).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});

describe('short numbers', () => {
  it('stay the same, and count from one', () => {
    const numbers = new Numbers();
    expect(['a', 'b', 'a'].map((id) => numbers.of(id))).toEqual([1, 2, 1]);
    expect(['1', '2', '3', 'x', '-1'].map((text) => numbers.idOf(text))).toEqual([
      'a',
      'b',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are forgotten when there are too many, and not given again', () => {
    const numbers = new Numbers(2);
    for (const id of ['a', 'b', 'c']) numbers.of(id);
    expect(['1', '2', '3'].map((text) => numbers.idOf(text))).toEqual([undefined, 'b', 'c']);
    expect(numbers.of('a')).toBe(4);
  });
});
