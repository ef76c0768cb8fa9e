/**
 * One who is no longer in a conversation keeps nothing readable of it. Replayed from the log, what an inbox was told
 * before the present membership began, or without one, comes in its place and without what people wrote.
 */
import type { DurableInboxEvents } from '@parley/contract';

import type { AnyEvent } from '../../core/event.ts';
import type { LogEntry, Withhold } from '../../core/log.ts';
import { withoutTerms } from '../offers/events.ts';
import { joinedSeqs } from './store.ts';

type Durable = { [Type in keyof DurableInboxEvents]: { type: Type; payload: DurableInboxEvents[Type] } };

/** What is left of each: a new event of the catalogue does not compile without a line here. */
const WITHHELD: { [Type in keyof Durable]: (payload: Durable[Type]['payload']) => Durable[Type]['payload'] } =
  {
    'new-message': (told) => ({ ...told, message: { ...told.message, content: '' } }),
    'message-edited': (told) => ({ ...told, content: '' }),
    'message-deleted': (told) => told,
    'new-offer': withoutTerms,
    'offer-accepted': withoutTerms,
    'offer-update': withoutTerms,
    'conversation-added': (told) => ({ ...told, title: null, subject: null }),
    'conversation-removed': (told) => told,
  };

export const withhold: Withhold = async (db, userId, events) => {
  if (events.size === 0) return events;
  const told = [...events] as [LogEntry, Durable[keyof Durable]][];
  const ids = new Set(told.map(([, { payload }]) => payload.conversationId));
  const joined = await joinedSeqs(db, userId, [...ids]);
  return new Map<LogEntry, AnyEvent>(
    told.map(([entry, event]) => {
      const since = joined.get(event.payload.conversationId);
      return [entry, since !== undefined && seqOf(entry, event) > since ? event : withheld(event)];
    }),
  );
};

/** Where in its conversation: a message's own place, or else the room's at the time. */
function seqOf({ refs }: LogEntry, { payload }: Durable[keyof Durable]): number {
  return 'seq' in payload ? payload.seq : Number(refs['seq']);
}

/** What is left of one. */
export function withheld<Type extends keyof Durable>({
  type,
  payload,
}: {
  type: Type;
  payload: Durable[Type]['payload'];
}) {
  return { type, payload: WITHHELD[type](payload) } as Durable[Type];
}
