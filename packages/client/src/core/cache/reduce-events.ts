/**
 * What feeds tell. A durable event of a room takes effect once, however often it is told; of what a page has shown
 * already, only what is newer does. Whether an event is missing is for the feed to find.
 */
import type { ConversationEvent, InboxEvent } from '@parley/contract';

import { isDurable } from '../durable.ts';
import type { CacheAction } from './action.ts';
import { withPeople, withPresence, withUsers } from './people.ts';
import { change, drop, toggled } from './put.ts';
import type { CacheState } from './state.ts';
import { withEvent } from './with-event.ts';

type RoomEvent = Extract<CacheAction, { type: 'room-event' }>;

export const reduceRoomEvent = (state: CacheState, { conversationId, seq, event }: RoomEvent): CacheState =>
  change(withThose(state, event), conversationId, (known) => {
    const { room, headSeq } = known;
    const by = { seq, myId: state.myId };
    if (!isDurable(event.type)) return withEvent(known, event, by);
    if (room === null || seq <= room.cursor) return {};
    const told = withEvent(known, event, by);
    return { headSeq: Math.max(seq, headSeq), ...told, room: { ...(told.room ?? room), cursor: seq } };
  });

export function reduceInboxEvent(state: CacheState, event: InboxEvent): CacheState {
  const told = withThose(state, event);
  if (!('conversationId' in event.payload)) return told;
  const { conversationId } = event.payload;
  if (event.type === 'conversation-removed') return drop(told, conversationId);
  // Whatever else is durable here brings a conversation to the first page of the list.
  if (!state.conversations.has(conversationId) && isDurable(event.type) && !event.type.startsWith('message-'))
    return { ...told, missing: toggled(told.missing, conversationId, true) };
  return change(told, conversationId, (known) => withEvent(known, event, { seq: 0, myId: state.myId }));
}

/** Whom an event tells of. */
function withThose(state: CacheState, { type, payload }: ConversationEvent | InboxEvent): CacheState {
  if (type === 'joined') return withPeople(state, payload.participants);
  if (type === 'member-added') return withUsers(state, [payload.user]);
  return type === 'presence' ? withPresence(state, [payload]) : state;
}
