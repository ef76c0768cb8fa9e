import { describe, expect, it } from 'vitest';

import { formatMoney, parseMoney } from './money.ts';

describe('an amount', () => {
  it.each([
    [18_050, 'EUR', '180.50 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [0, 'EUR', '0.00 EUR'],
    [300, 'JPY', '300 JPY'],
    [1_234, 'KWD', '1.234 KWD'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91 EUR'],
  ])('%i of %s is shown as %s, and read back', (amount, currency, text) => {
    expect(formatMoney({ amount, currency })).toBe(text);
    expect(parseMoney(text)).toEqual({ amount, currency });
  });

  it.each([
    ['180 EUR', 18_000],
    ['180.5eur', 18_050],
    ['EUR 180.50', 18_050],
    ['eur180', 18_000],
  ])('may be written as %s', (text, amount) => {
    expect(parseMoney(text)).toEqual({ amount, currency: 'EUR' });
  });

  it.each([
    '180',
    'EUR',
    '180.505 EUR',
    '1.5 JPY',
    '180 XYZ',
    '-1 EUR',
    '1,250 EUR',
    '99999999999999999 EUR',
    '',
  ])('is not %j', (text) => {
    expect(parseMoney(text)).toBeUndefined();
  });
});
