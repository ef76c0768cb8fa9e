/** One order for all: what one reader finds at a place of a conversation, or of an inbox, every other finds there. */
import type { EntryOf } from '../history.ts';
import { isDurable } from './durable.ts';
import type { AnyEvent, Ledger } from './ledger.ts';
import type { Violation } from './violation.ts';

export function checkOrder(ledger: Ledger): Violation[] {
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
      if (identityOf(value.event) === identityOf(other.event)) continue;
      violations.push({
        harm: 'out of order',
        what: `at ${value.id} of ${topic} ${other.reader} was told ${other.event.type}, and ${value.reader} something else`,
        evidence: [other, value],
      });
    }
  }
  return violations;
}

/** All of an event but for the text of a message, which changes with the message. */
function identityOf({ type, payload }: AnyEvent): string {
  return JSON.stringify([type, payload], (key, value: unknown) =>
    (key === 'content' || key === 'attachments') && type.includes('message') ? undefined : value,
  );
}
