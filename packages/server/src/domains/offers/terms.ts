import type { Offer } from '@parley/contract';
import type { UpdateOffer } from '@parley/contract/schemas';
import type { output } from 'zod';

import { Refusal } from '../../core/refusal.ts';

/** What is offered. */
export type Terms = Pick<Offer, 'title' | 'terms' | 'amount' | 'currency'>;
/** What a counter-offer says of its own; the rest is its parent's. */
export type Counter = Extract<output<typeof UpdateOffer>, { status: 'countered' }>['counter'];

/** Years have four digits in ISO 8601, and no database is asked about others. */
const LATEST_EXPIRY = new Date('9999-12-31T23:59:59.999Z');

/**
 * The terms of a counter-offer: what is left out is taken over, an amount of null clears the currency too.
 * Throws `invalid_input` for an amount without any currency, or a currency without any amount.
 */
export function counterTerms(parent: Terms, counter: Counter): Terms {
  const title = counter.title ?? parent.title;
  const terms = counter.terms ?? parent.terms;
  if (counter.amount === null) return { title, terms, amount: null, currency: null };
  const amount = counter.amount ?? parent.amount;
  const currency = counter.currency ?? parent.currency;
  if (currency === null && amount !== null) {
    throw new Refusal('invalid_input', {
      message: 'The amount needs a currency: the countered offer has none',
    });
  }
  if (amount === null && currency !== null) {
    throw new Refusal('invalid_input', {
      message: 'The currency needs an amount: the countered offer has none',
    });
  }
  return { title, terms, amount, currency };
}

/** Throws `expiry_in_past` unless an offer would outlive `now`, the database's time. */
export function requireFuture(expiresAt: Date | undefined, now: Date): Date | null {
  if (expiresAt === undefined) return null;
  if (expiresAt <= now) throw new Refusal('expiry_in_past');
  if (expiresAt > LATEST_EXPIRY) {
    throw new Refusal('invalid_input', { message: 'The time of expiry is after the year 9999' });
  }
  return expiresAt;
}
