/**
 * What the server has told, after one thing more: pure, exhaustive over the catalogue, and the same state where nothing
 * is new. See {@link CacheAction} for the order that it relies on, `toConversationView` and the like for what is shown.
 */
import type { Id } from '@parley/contract';

import type { CacheAction } from './action.ts';
import { keep } from './keep.ts';
import { withAnswer } from './messages.ts';
import { withOffer } from './offers.ts';
import { withPresence } from './people.ts';
import { change, drop } from './put.ts';
import { reduceInboxEvent, reduceRoomEvent } from './reduce-events.ts';
import {
  withConversation,
  withConversations,
  withHistory,
  withRecentConversations,
  withRoom,
} from './reduce-pages.ts';
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

export const reduce = (state: CacheState, action: CacheAction): CacheState =>
  keep(state, step(state, action));

function step(state: CacheState, action: CacheAction): CacheState {
  switch (action.type) {
    case 'me':
      if (action.userId === state.myId) return state;
      return { ...(state.myId === null ? state : emptyCache(null)), myId: action.userId };
    case 'room-event':
      return reduceRoomEvent(state, action);
    case 'inbox-event':
      return reduceInboxEvent(state, action.event);
    case 'room':
      return withRoom(state, action);
    case 'history':
      return withHistory(state, action);
    case 'message':
      return change(state, action.message.conversationId, (known) => withAnswer(known, action.message));
    case 'offer':
      return change(state, action.offer.conversationId, (known) => withOffer(known, action.offer));
    case 'conversation':
      return withConversation(state, action.conversation);
    case 'conversations':
      return withConversations(state, action);
    case 'recent-conversations':
      return withRecentConversations(state, action);
    case 'unread':
      return { ...state, unread: { messages: action.messages, conversations: action.conversations } };
    case 'presence':
      return withPresence(state, action.presence);
    case 'room-closed':
      return change(state, action.conversationId, () => ({ typing: new Set() }));
    case 'conversation-left':
      return drop(state, action.conversationId);
    case 'room-forgotten':
      return change(state, action.conversationId, () => ({ room: null }));
    default:
      return action satisfies never;
  }
}
