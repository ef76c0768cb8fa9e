/** What the inbox tells: the lines of the list, and what is missing in it. */
import type { Id, InboxEvent } from '@parley/contract';

import { withLast, withMessageChange } from './messages.ts';
import { withOffer } from './offers.ts';
import { withMarks, withPresence } from './people.ts';
import { change, drop, later, toggled, type Change } from './put.ts';
import type { CachedConversation, CacheState } from './state.ts';

/** What `new-message` does not tell; the room does. */
const UNTOLD = {
  attachments: [],
  replyToId: null,
  clientId: null,
  reactions: [],
  editedAt: null,
  deletedAt: null,
};

export function reduceInboxEvent(state: CacheState, event: InboxEvent): CacheState {
  switch (event.type) {
    case 'new-message': {
      const { conversationId, seq, message, unreadCount } = event.payload;
      const last = { ...UNTOLD, ...message, seq, conversationId, userId: message.user.id };
      return changeOrMiss(state, conversationId, (known) => ({
        ...withLast(known, last),
        activityAt: later(known.activityAt, message.createdAt),
        ...(seq > known.counted.messageSeq && {
          unreadCount,
          counted: { ...known.counted, messageSeq: seq },
        }),
      }));
    }
    case 'read': {
      const { conversationId, userId, seq: readSeq, readAt, unreadCount } = event.payload;
      return change(state, conversationId, (known) => ({
        ...withMarks(known, userId, { readSeq, readAt }),
        ...(readSeq > known.counted.readSeq && { unreadCount, counted: { ...known.counted, readSeq } }),
      }));
    }
    case 'message-edited':
    case 'message-deleted':
      return change(state, event.payload.conversationId, (known) => withMessageChange(known, event.payload));
    case 'new-offer':
    case 'offer-accepted':
    case 'offer-update': {
      const { conversationId, offer } = event.payload;
      return changeOrMiss(state, conversationId, (known) => withOffer(known, offer));
    }
    case 'conversation-added':
      return changeOrMiss(state, event.payload.conversationId, () => ({}));
    case 'conversation-removed':
      return drop(state, event.payload.conversationId);
    case 'typing': {
      const { conversationId, userId, isTyping } = event.payload;
      return change(state, conversationId, ({ typing }) => ({ typing: toggled(typing, userId, isTyping) }));
    }
    case 'presence':
      return withPresence(state, event.payload);
    case 'connected':
    case 'reset':
      return state;
    default:
      event satisfies never;
      return state;
  }
}

const changeOrMiss = (state: CacheState, id: Id, how: (known: CachedConversation) => Change): CacheState =>
  state.conversations.has(id)
    ? change(state, id, how)
    : { ...state, missing: toggled(state.missing, id, true) };
