/**
 * What a room tells. A durable event takes effect once, however often it is told; of what a page has shown already,
 * only what is newer does. Whether an event is missing is for the feed to find.
 */
import type { ConversationEvent, Id, Seq } from '@parley/contract';

import type { CacheAction } from './action.ts';
import { addMessages, withLast, withMessageChange } from './messages.ts';
import { withOffer } from './offers.ts';
import { withMarks, withMembers, withPeople, withPresence, withUser } from './people.ts';
import { change, later, toggled, type Change } from './put.ts';
import type { CachedConversation, CachedParticipant, CacheState } from './state.ts';

type RoomEvent = Extract<CacheAction, { type: 'room-event' }>;
type SignType =
  | 'joined'
  | 'reset'
  | 'typing'
  | 'read'
  | 'delivered'
  | 'presence'
  | 'user-joined'
  | 'user-left';
type Fact = Exclude<ConversationEvent, { type: SignType }>;

const NEWCOMER = { readSeq: 0, readAt: null, deliveredSeq: 0 };

export function reduceRoomEvent(state: CacheState, action: RoomEvent): CacheState {
  return change(withThose(state, action.event), action.conversationId, (conversation) =>
    withRoomEvent(conversation, action, state.myId),
  );
}

/** Whom an event tells of. */
function withThose(state: CacheState, { type, payload }: ConversationEvent): CacheState {
  if (type === 'joined') return withPeople(state, payload.participants);
  if (type === 'member-added') return withUser(state, payload.user);
  return type === 'presence' ? withPresence(state, payload) : state;
}

function withRoomEvent(conversation: CachedConversation, { seq, event }: RoomEvent, myId: Id | null): Change {
  const { room, typing, headSeq } = conversation;
  switch (event.type) {
    case 'joined': {
      const { participants, headSeq: asOf } = event.payload;
      const writing = participants.flatMap((one) => (one.typing ? [one.user.id] : []));
      return { ...withMembers(conversation, participants, asOf), typing: new Set(writing) };
    }
    case 'typing': {
      const { userId, isTyping } = event.payload;
      return { typing: toggled(typing, userId, isTyping && userId !== myId) };
    }
    case 'read': {
      const { userId, seq: readSeq, readAt } = event.payload;
      return withMarks(conversation, userId, { readSeq, readAt });
    }
    case 'delivered': {
      const { userId, seq: deliveredSeq } = event.payload;
      return withMarks(conversation, userId, { deliveredSeq });
    }
    case 'user-left':
      return { typing: toggled(typing, event.payload.userId, false) };
    case 'user-joined':
    case 'presence':
    case 'reset':
      return {};
    default: {
      if (room === null || seq <= room.cursor) return {};
      const told = withFact(conversation, event, seq);
      return { headSeq: Math.max(seq, headSeq), ...told, room: { ...(told.room ?? room), cursor: seq } };
    }
  }
}

function withFact(conversation: CachedConversation, event: Fact, seq: Seq): Change {
  const { room, typing, headSeq, activityAt, participants } = conversation;
  switch (event.type) {
    case 'message': {
      const { userId, createdAt } = event.payload;
      const message = { ...event.payload, reactions: [], editedAt: null, deletedAt: null };
      return {
        ...withLast(conversation, message),
        room: room && addMessages(room, [message]),
        typing: toggled(typing, userId, false),
        activityAt: later(activityAt, createdAt),
      };
    }
    case 'message-edited':
    case 'message-deleted':
    case 'reaction':
      return withMessageChange(conversation, event.payload);
    case 'offer-created':
    case 'offer-update':
      return withOffer(conversation, event.payload.offer);
    case 'member-added': {
      const { userId, role, addedAt } = event.payload;
      return withMember(conversation, { seq, userId, member: { ...NEWCOMER, role }, at: addedAt });
    }
    case 'member-removed': {
      const { userId, removedAt } = event.payload;
      return withMember(conversation, { seq, userId, at: removedAt });
    }
    case 'role-changed': {
      const { userId, role, changedAt } = event.payload;
      const before = participants.get(userId);
      return withMember(conversation, { seq, userId, member: before && { ...before, role }, at: changedAt });
    }
    case 'renamed': {
      const { title, renamedAt } = event.payload;
      return { activityAt: later(activityAt, renamedAt), ...(seq > headSeq && { title }) };
    }
    default:
      event satisfies never;
      return {};
  }
}

interface Membership {
  readonly seq: Seq;
  readonly userId: Id;
  /** Undefined for who is not there. */
  readonly member?: CachedParticipant | undefined;
  readonly at: Date;
}

/** What is told of someone's membership, unless it was known already. */
function withMember(
  { participants, membersSeq, activityAt }: CachedConversation,
  { seq, userId, member, at }: Membership,
): Change {
  const told = { activityAt: later(activityAt, at) };
  if (seq <= membersSeq) return told;
  const after = new Map(participants);
  if (member) after.set(userId, member);
  else after.delete(userId);
  return { ...told, participants: after, membersSeq: seq };
}
