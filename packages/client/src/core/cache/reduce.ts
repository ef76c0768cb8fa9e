/**
 * What the server has told, after one thing more: pure, exhaustive over the catalogue, and the same state where nothing
 * is new. See {@link CacheAction} for the order that it relies on, `toConversationView` and the like for what is shown.
 */
import type { Id } from '@parley/contract';

import type { CacheAction } from './action.ts';
import { withAnswer } from './messages.ts';
import { withOffer } from './offers.ts';
import { withPresence } from './people.ts';
import { active, change } from './put.ts';
import { reduceInboxEvent } from './reduce-inbox.ts';
import {
  withAround,
  withConversation,
  withConversations,
  withGapPage,
  withOlderMessages,
  withOlderOffers,
  withRecentConversations,
  withRoom,
} from './reduce-pages.ts';
import { reduceRoomEvent } from './reduce-room.ts';
import type { CacheState } from './state.ts';

export function emptyCache(myId: Id | null): CacheState {
  return {
    myId,
    users: new Map(),
    presence: new Map(),
    conversations: new Map(),
    list: null,
    nextConversations: null,
    unread: null,
    missing: new Set(),
  };
}

export function reduce(state: CacheState, action: CacheAction): CacheState {
  switch (action.type) {
    case 'me':
      if (action.userId === state.myId) return state;
      return state.myId === null ? { ...state, myId: action.userId } : emptyCache(action.userId);
    case 'room-event':
      return reduceRoomEvent(state, action);
    case 'inbox-event':
      return reduceInboxEvent(state, action.event);
    case 'room':
      return withRoom(state, action);
    case 'older-messages':
      return withOlderMessages(state, action);
    case 'gap-page':
      return withGapPage(state, action);
    case 'around':
      return withAround(state, action);
    case 'older-offers':
      return withOlderOffers(state, action);
    case 'message': {
      const { message } = action;
      return change(state, message.conversationId, (one) =>
        active(withAnswer(one, message), message.createdAt),
      );
    }
    case 'offer':
      return change(state, action.offer.conversationId, (one) => withOffer(one, action.offer));
    case 'conversation':
      return withConversation(state, action.conversation);
    case 'conversations':
      return action.cursor === null || state.list !== null ? withConversations(state, action) : state;
    case 'recent-conversations':
      return withRecentConversations(state, action);
    case 'unread': {
      const { messages, conversations } = action;
      return { ...state, unread: { messages, conversations } };
    }
    case 'presence':
      return withPresence(state, action.presence);
    case 'room-closed':
      return change(state, action.conversationId, (one) => ({ ...one, typing: new Set() }));
    case 'room-forgotten':
      return change(state, action.conversationId, (one) => ({ ...one, room: null }));
    default:
      return action satisfies never;
  }
}
