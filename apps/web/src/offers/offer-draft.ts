import { parseAmount } from '../lib/money.ts';
import { InputProblem } from '../lib/problem.ts';
import { textOf } from '../lib/use-submit.ts';

export interface OfferDraft {
  title: string;
  terms: string;
  /** Undefined for a barter. */
  price: { amount: number; currency: string } | undefined;
  expiresAt: Date | undefined;
}

const HOUR_MS = 3_600_000;

/** How long an offer can be left open. */
export const EXPIRIES = [
  { text: 'It is withdrawn', ms: null },
  { text: 'One hour from now', ms: HOUR_MS },
  { text: 'One day from now', ms: 24 * HOUR_MS },
  { text: 'Three days from now', ms: 72 * HOUR_MS },
  { text: 'One week from now', ms: 168 * HOUR_MS },
] as const;

/** What was filled in. Throws an {@link InputProblem} where the amount is none. */
export function readDraft(form: FormData): OfferDraft {
  const currency = textOf(form, 'currency');
  const written = textOf(form, 'amount');
  const amount = written === '' ? undefined : parseAmount(written, currency);
  if (amount === null) throw new InputProblem({ amount: `Not an amount of ${currency}` });
  const expiry = textOf(form, 'expiry');
  return {
    title: textOf(form, 'title'),
    terms: textOf(form, 'terms'),
    price: amount === undefined ? undefined : { amount, currency },
    expiresAt: expiry === '' ? undefined : new Date(Date.now() + Number(expiry)),
  };
}
