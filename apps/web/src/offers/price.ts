import type { Offer } from '@parley/client';

import { formatAmount } from '../lib/money.ts';

/** `€180.00`, or that no money is in it. */
export function priceText({ amount, currency }: Pick<Offer, 'amount' | 'currency'>): string {
  return amount === null || currency === null ? 'Barter' : formatAmount(amount, currency);
}
