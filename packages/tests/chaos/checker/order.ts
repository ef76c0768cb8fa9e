/** One order for all: what one reader finds at a place of a conversation, or of an inbox, every other finds there. */
import type { EntryOf } from '../history.ts';
import { isDurable } from './durable.ts';
import type { AnyEvent, Ledger } from './ledger.ts';
import type { Memberships } from './memberships.ts';
import type { Violation } from './violation.ts';
import { isOfBefore } from './withheld.ts';

const TEXT = new Set(['content', 'attachments']);
const WITHHELD = new Set(['title', 'subject', 'terms', 'amount']);

export function checkOrder(ledger: Ledger, memberships: Memberships): Violation[] {
  const first = new Map<string, EntryOf<'value'>>();
  const violations: Violation[] = [];
  for (const { opened, values } of ledger.readers.values()) {
    const topic = opened.source === 'inbox' ? `inbox of ${ledger.nameOf(opened.userId)}` : opened.source.room;
    for (const value of values) {
      if (!isDurable(value.event)) continue;
      const key = `${topic} ${value.id}`;
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, value);
        continue;
      }
      const isWithheld =
        opened.source === 'inbox' ||
        [value, other].some((reading) => isOfBefore(ledger, memberships, reading));
      if (identityOf(value.event, isWithheld) === identityOf(other.event, isWithheld)) continue;
      violations.push({
        harm: 'out of order',
        what: `at ${value.id} of ${topic} ${other.reader} was told ${other.event.type}, and ${value.reader} something else`,
        evidence: [other, value],
      });
    }
  }
  return violations;
}

/**
 * All of an event but for what changes with what it tells of: the text of a message, and what is kept from those who
 * have left or came later.
 */
function identityOf({ type, payload }: AnyEvent, isWithheld: boolean): string {
  return JSON.stringify([type, payload], (key, value: unknown) => {
    if ((type.includes('message') && TEXT.has(key)) || (isWithheld && WITHHELD.has(key))) return undefined;
    return isRecord(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
