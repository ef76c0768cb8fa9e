/** What an event changes of the conversation that it is of: exhaustive over the catalogue, of rooms and of inboxes. */
import type {
  ConversationEvent,
  HostInboxEvents,
  HostRoomEvents,
  Id,
  InboxEvent,
  Seq,
} from '@parley/contract';

import { addMessages, withLast, withMessageChange } from './messages.ts';
import { withOffer } from './offers.ts';
import { withMarks, withMember, withMembers } from './people.ts';
import { later, toggled, type Change } from './put.ts';
import type { CachedConversation } from './state.ts';

/** What a message is that nobody has changed, and what `new-message` does not tell of one. */
const PLAIN = { reactions: [], editedAt: null, deletedAt: null };
const UNTOLD = { ...PLAIN, attachments: [], replyToId: null, clientId: null };

export function withEvent(
  known: CachedConversation,
  { type, payload }: ConversationEvent | InboxEvent,
  { seq, myId }: { seq: Seq; myId: Id | null },
): Change {
  const { room, typing, activityAt, participants, counted } = known;
  switch (type) {
    case 'joined': {
      const writing = payload.participants.flatMap((one) => (one.typing ? one.user.id : []));
      return { ...withMembers(known, payload.participants, payload.headSeq), typing: new Set(writing) };
    }
    case 'typing':
      return { typing: toggled(typing, payload.userId, payload.isTyping && payload.userId !== myId) };
    case 'user-left':
      return { typing: toggled(typing, payload.userId, false) };
    case 'read': {
      const readSeq = payload.seq;
      const isCounted = 'unreadCount' in payload && readSeq > counted.readSeq;
      return {
        ...withMarks(known, payload.userId, { readSeq, readAt: payload.readAt }),
        ...(isCounted && { unreadCount: payload.unreadCount, counted: { ...counted, readSeq } }),
      };
    }
    case 'delivered':
      return withMarks(known, payload.userId, { deliveredSeq: payload.seq });
    case 'message': {
      const message = { ...payload, ...PLAIN };
      return {
        ...withLast(known, message),
        room: room && addMessages(room, [message]),
        typing: toggled(typing, payload.userId, false),
        activityAt: later(activityAt, payload.createdAt),
      };
    }
    case 'new-message': {
      const { message, conversationId, seq: messageSeq, unreadCount } = payload;
      const last = { ...UNTOLD, ...message, seq: messageSeq, conversationId, userId: message.user.id };
      return {
        ...withLast(known, last),
        activityAt: later(activityAt, message.createdAt),
        ...(messageSeq > counted.messageSeq && { unreadCount, counted: { ...counted, messageSeq } }),
      };
    }
    case 'message-edited':
    case 'message-deleted':
    case 'reaction':
      return withMessageChange(known, payload);
    case 'offer-created':
    case 'offer-update':
    case 'new-offer':
    case 'offer-accepted':
      return withOffer(known, payload.offer);
    case 'member-added': {
      const { userId, role, addedAt } = payload;
      // What was written before is not for them.
      const member = { role, readSeq: seq - 1, readAt: null, deliveredSeq: seq - 1 };
      return withMember(known, seq, { userId, member, at: addedAt });
    }
    case 'member-removed':
      return withMember(known, seq, { userId: payload.userId, at: payload.removedAt });
    case 'role-changed': {
      const before = participants.get(payload.userId);
      const member = before && { ...before, role: payload.role };
      return withMember(known, seq, { userId: payload.userId, member, at: payload.changedAt });
    }
    case 'renamed':
      return {
        activityAt: later(activityAt, payload.renamedAt),
        ...(seq > known.headSeq && { title: payload.title }),
      };
    case 'connected':
    case 'reset':
    case 'presence':
    case 'user-joined':
    case 'conversation-added':
    case 'conversation-removed':
      return {};
    default:
      void (type satisfies keyof (HostRoomEvents & HostInboxEvents));
      return {};
  }
}
