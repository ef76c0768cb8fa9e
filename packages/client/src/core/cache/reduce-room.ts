/**
 * What a room tells. A durable event takes effect once, however often it is told; of what a page has shown already,
 * only what is newer does. Whether an event is missing is for the feed to find.
 */
import type { ConversationEvent, Id, Seq } from '@parley/contract';

import type { CacheAction } from './action.ts';
import { addMessages, withLast, withMessageChange } from './messages.ts';
import { withOffer } from './offers.ts';
import {
  forward,
  withMember,
  withMembers,
  withPeople,
  withPresence,
  withTyping,
  withUsers,
} from './people.ts';
import { active, change } from './put.ts';
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
  const { conversationId, event } = action;
  return change(withThose(state, event), conversationId, (conversation) =>
    withRoomEvent(conversation, action, state.myId),
  );
}

/** Whom an event tells of. */
function withThose(state: CacheState, { type, payload }: ConversationEvent): CacheState {
  if (type === 'joined') return withPeople(state, payload.participants);
  if (type === 'member-added') return withUsers(state, [payload]);
  return type === 'presence' ? withPresence(state, [payload]) : state;
}

function withRoomEvent(
  conversation: CachedConversation,
  { seq, event }: RoomEvent,
  myId: Id | null,
): CachedConversation {
  switch (event.type) {
    case 'joined': {
      const { participants, headSeq } = event.payload;
      const typing = participants.flatMap((one) => (one.typing ? [one.user.id] : []));
      return { ...withMembers(conversation, participants, headSeq), typing: new Set(typing) };
    }
    case 'typing': {
      const { userId, isTyping } = event.payload;
      return withTyping(conversation, userId, isTyping && userId !== myId);
    }
    case 'read': {
      const { userId, seq: readSeq, readAt } = event.payload;
      return withMember(conversation, userId, (one) => forward(one, { readSeq, readAt }));
    }
    case 'delivered': {
      const { userId, seq: deliveredSeq } = event.payload;
      return withMember(conversation, userId, (one) => forward(one, { deliveredSeq }));
    }
    case 'presence':
      return event.payload.online ? conversation : withTyping(conversation, event.payload.userId, false);
    case 'user-left':
      return withTyping(conversation, event.payload.userId, false);
    case 'user-joined':
    case 'reset':
      return conversation;
    default: {
      if (conversation.room === null || seq <= conversation.room.cursor) return conversation;
      const { room, ...after } = withFact(conversation, event, seq);
      return { ...after, headSeq: Math.max(seq, after.headSeq), room: room && { ...room, cursor: seq } };
    }
  }
}

function withFact(conversation: CachedConversation, event: Fact, seq: Seq): CachedConversation {
  switch (event.type) {
    case 'message': {
      const { userId, createdAt } = event.payload;
      const message = { ...event.payload, reactions: [], editedAt: null, deletedAt: null };
      const { room, ...told } = withTyping(withLast(conversation, message), userId, false);
      return active({ ...told, room: room && addMessages(room, [message]) }, createdAt);
    }
    case 'message-edited':
    case 'message-deleted':
    case 'reaction':
      return withMessageChange(conversation, event);
    case 'offer-created':
    case 'offer-update':
      return withOffer(conversation, event.payload.offer);
    case 'member-added': {
      const { userId, role, addedAt } = event.payload;
      return withMembership(conversation, { seq, userId, member: { ...NEWCOMER, role }, at: addedAt });
    }
    case 'member-removed': {
      const { userId, removedAt } = event.payload;
      return withMembership(conversation, { seq, userId, member: null, at: removedAt });
    }
    case 'role-changed': {
      const { userId, role, changedAt } = event.payload;
      const before = conversation.participants.get(userId);
      const member = before === undefined ? null : { ...before, role };
      return withMembership(conversation, { seq, userId, member, at: changedAt });
    }
    case 'renamed': {
      const { title, renamedAt } = event.payload;
      return active(seq > conversation.headSeq ? { ...conversation, title } : conversation, renamedAt);
    }
    default:
      event satisfies never;
      return conversation;
  }
}

interface Membership {
  readonly seq: Seq;
  readonly userId: Id;
  /** Null for who is no longer there. */
  readonly member: CachedParticipant | null;
  readonly at: Date;
}

/** What is told of someone's membership, unless it was known already. */
function withMembership(
  conversation: CachedConversation,
  { seq, userId, member, at }: Membership,
): CachedConversation {
  const told = active(conversation, at);
  if (seq <= conversation.membersSeq) return told;
  const participants = new Map(conversation.participants);
  participants.delete(userId);
  if (member !== null) participants.set(userId, member);
  return { ...told, participants, membersSeq: seq };
}
