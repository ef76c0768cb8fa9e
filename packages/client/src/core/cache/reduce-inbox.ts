/** What the inbox tells: the lines of the list, and what is missing in it. */
import type { Id, InboxEvent } from '@parley/contract';

import { withLast, withMessageChange } from './messages.ts';
import { withOffer } from './offers.ts';
import { forward, withMember, withPresence, withTyping } from './people.ts';
import { active, change, drop } from './put.ts';
import type { CachedConversation, CacheState } from './state.ts';

export function reduceInboxEvent(state: CacheState, event: InboxEvent): CacheState {
  switch (event.type) {
    case 'new-message': {
      const { conversationId, seq, message, unreadCount } = event.payload;
      const rest = {
        attachments: [],
        replyToId: null,
        clientId: null,
        reactions: [],
        editedAt: null,
        deletedAt: null,
      };
      return changeOrMiss(state, conversationId, (conversation) => {
        const last = { ...message, ...rest, seq, conversationId, userId: message.user.id };
        const told = active(withLast(conversation, last), message.createdAt);
        const { counted } = told;
        return seq > counted.messageSeq
          ? { ...told, unreadCount, counted: { ...counted, messageSeq: seq } }
          : told;
      });
    }
    case 'read': {
      const { conversationId, userId, seq: readSeq, readAt, unreadCount } = event.payload;
      return changeOrMiss(state, conversationId, (conversation) => {
        const told = withMember(conversation, userId, (one) => forward(one, { readSeq, readAt }));
        const { counted } = told;
        return readSeq > counted.readSeq ? { ...told, unreadCount, counted: { ...counted, readSeq } } : told;
      });
    }
    case 'message-edited':
    case 'message-deleted':
      return change(state, event.payload.conversationId, (one) => withMessageChange(one, event));
    case 'new-offer':
    case 'offer-accepted':
    case 'offer-update': {
      const { conversationId, offer } = event.payload;
      return changeOrMiss(state, conversationId, (conversation) => withOffer(conversation, offer));
    }
    case 'conversation-added':
      return changeOrMiss(state, event.payload.conversationId, (conversation) => conversation);
    case 'conversation-removed':
      return drop(state, event.payload.conversationId);
    case 'typing': {
      const { conversationId, userId, isTyping } = event.payload;
      return change(state, conversationId, (one) => withTyping(one, userId, isTyping));
    }
    case 'presence':
      return withPresence(state, [event.payload]);
    case 'connected':
    case 'reset':
      return state;
    default:
      event satisfies never;
      return state;
  }
}

function changeOrMiss(
  state: CacheState,
  id: Id,
  how: (conversation: CachedConversation) => CachedConversation,
): CacheState {
  if (state.conversations.has(id)) return change(state, id, how);
  return state.missing.has(id) ? state : { ...state, missing: new Set(state.missing).add(id) };
}
