import type { ConversationEvent } from '@parley/contract';

import type { RoomPerson } from '../conversations/room-people.ts';
import { withoutTerms } from '../offers/events.ts';

/** Of what was written before they joined, people are told how it goes on, in its place, and not what it says. */
export function seenSince(
  event: ConversationEvent,
  { joinedSeq, joinedAt }: Pick<RoomPerson, 'joinedSeq' | 'joinedAt'>,
): ConversationEvent {
  if (event.type === 'message-edited' && event.payload.seq <= joinedSeq)
    return { ...event, payload: { ...event.payload, content: '' } };
  if (event.type === 'offer-update' && event.payload.offer.createdAt < joinedAt)
    return { ...event, payload: withoutTerms(event.payload) };
  return event;
}
