import { UsageError } from '../failure.ts';
import { parseMoment } from '../moments.ts';
import { parseMoney } from '../money.ts';

export interface OfferWords {
  /** Username of the recipient. */
  to?: string;
  title?: string;
  terms?: string;
  amount?: number;
  currency?: string;
  expiresAt?: Date;
}

/**
 * Reads `@ben Blue bike | with the panniers | 180 EUR | 2d`: a title, then terms, an amount and an expiry, each of the
 * last two known by its look.
 *
 * @throws UsageError where a part is missing or cannot be read
 */
export function readOffer(text: string, now: Date): OfferWords & { title: string; terms: string } {
  const to = /^@(\S+)\s+/.exec(text);
  const [title = '', ...rest] = parts(text.slice(to?.[0].length ?? 0));
  const { terms, ...words } = readTerms(rest, now);
  if (title === '' || terms === undefined) {
    throw new UsageError(
      '/offer title | terms | 180 EUR | 2d — the last two may be left out; in a group: /offer @ben title | …',
    );
  }
  return { ...words, title, terms, ...(to?.[1] !== undefined && { to: to[1] }) };
}

/**
 * Reads `with a new lock | 190 EUR | 2d`, in which anything may be left out.
 *
 * @throws UsageError where nothing is left, or a part cannot be read
 */
export function readCounter(text: string, now: Date): OfferWords {
  const words = readTerms(parts(text), now);
  if (Object.keys(words).length === 0)
    throw new UsageError('/counter N terms | 190 EUR | 2d — what is left out stays');
  return words;
}

function readTerms(items: readonly string[], now: Date): OfferWords {
  const words: OfferWords = {};
  for (const item of items.filter((item) => item !== '')) {
    const money = parseMoney(item);
    const expiresAt = parseMoment(item, now);
    if (money !== undefined && words.amount === undefined) Object.assign(words, money);
    else if (expiresAt !== undefined && words.expiresAt === undefined) words.expiresAt = expiresAt;
    else if (words.terms === undefined) words.terms = item;
    else throw new UsageError(`“${item}” is neither an amount such as 180 EUR nor a time such as 2d`);
  }
  return words;
}

function parts(text: string): string[] {
  return text.split('|').map((part) => part.trim());
}
