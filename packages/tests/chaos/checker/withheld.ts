/** Of what was written before somebody came, they are told how it goes on, in its place, and not what it says. */
import type { Id, Seq } from '@parley/contract';

import type { EntryOf } from '../history.ts';
import type { AnyEvent, Ledger } from './ledger.ts';
import type { Memberships } from './memberships.ts';

/** Whether a value of a room tells of something older than the stay of its reader's person. */
export function isOfBefore(ledger: Ledger, memberships: Memberships, value: EntryOf<'value'>): boolean {
  const opened = ledger.readers.get(value.reader)?.opened;
  if (opened === undefined || opened.source === 'inbox') return false;
  const { room } = opened.source;
  const origin = originOf(ledger, room, value.event);
  const stay = memberships
    .stays(room, opened.userId)
    .find(({ from, to }) => from <= Number(value.id) && Number(value.id) <= to);
  return origin !== undefined && stay !== undefined && origin < stay.from;
}

/** Whether it says nothing of what people wrote. */
export function isBlank(event: AnyEvent): boolean {
  if (event.type === 'message-edited') return event.payload.content === '';
  return event.type === 'offer-update' && event.payload.offer.terms === '';
}

function originOf(ledger: Ledger, conversationId: Id, event: AnyEvent): Seq | undefined {
  if (event.type === 'message-edited') return event.payload.seq;
  return event.type === 'offer-update'
    ? ledger.offerMadeAt(conversationId, event.payload.offerId)
    : undefined;
}
