/** What pages and answers tell: they were asked for at one time and are told at another, so what is known may be newer. */
import type { Conversation, ConversationSummary } from '@parley/contract';

import type { CacheAction } from './action.ts';
import { addMessages, withLast } from './messages.ts';
import { addOffers } from './offers.ts';
import { withMembers, withPeople } from './people.ts';
import { change, later, list, put, toggled } from './put.ts';
import type { CacheState } from './state.ts';

type Told<Type extends CacheAction['type']> = Extract<CacheAction, { type: Type }>;

const UNKNOWN = {
  participants: new Map(),
  membersSeq: -1,
  counted: { messageSeq: -1, readSeq: -1 },
  typing: new Set<never>(),
  room: null,
  lastMessage: null,
  unreadCount: 0,
};
const EMPTY_ROOM = { messages: [], gap: null, late: [], offers: [] };

export function withConversation(state: CacheState, told: Conversation): CacheState {
  const { participants, ...facts } = told;
  const known = state.conversations.get(told.id) ?? { ...UNKNOWN, ...facts };
  return put(withPeople(state, participants), {
    ...known,
    ...(facts.headSeq >= known.headSeq && facts),
    activityAt: later(known.activityAt, facts.activityAt),
    ...withMembers(known, participants, facts.headSeq),
  });
}

export function withRoom(
  state: CacheState,
  { cursor, conversation, messages, offers }: Told<'room'>,
): CacheState {
  return change(withConversation(state, conversation), conversation.id, (known) => {
    const pages = { cursor, olderMessages: messages.nextCursor, olderOffers: offers.nextCursor };
    const late = known.room?.late ?? [];
    const room = addMessages({ ...EMPTY_ROOM, ...pages, late }, messages.items);
    return { ...withLast(known, messages.items[0]), room: addOffers(room, offers.items) };
  });
}

export function withHistory(state: CacheState, { conversationId, change: how }: Told<'history'>): CacheState {
  return change(state, conversationId, ({ room }) => ({
    room: room && how(room, { addMessages, addOffers }),
  }));
}

export function withConversations(state: CacheState, { cursor, page }: Told<'conversations'>): CacheState {
  if (cursor !== null && cursor !== state.nextConversations) return state;
  const ids = page.items.map(({ id }) => id);
  const known = cursor === null ? [] : (state.list ?? []);
  const told = withSummaries({ ...state, list: null }, page.items);
  const next = { ...told, list: [...new Set([...known, ...ids])], nextConversations: page.nextCursor };
  const kept = new Set(next.list);
  const conversations = [...next.conversations].filter(([id, { room }]) => kept.has(id) || room !== null);
  return list({ ...next, conversations: new Map(conversations) }, []);
}

export function withRecentConversations(
  state: CacheState,
  { page }: Told<'recent-conversations'>,
): CacheState {
  return list(
    withSummaries(state, page.items),
    page.items.map(({ id }) => id),
  );
}

function withSummaries(state: CacheState, items: readonly ConversationSummary[]): CacheState {
  return items.reduce((before, { lastMessage, unreadCount, ...told }) => {
    const me = told.participants.find(({ user }) => user.id === state.myId);
    const counted = { messageSeq: lastMessage?.seq ?? 0, readSeq: me?.readSeq ?? 0 };
    const next = change(withConversation(before, told), told.id, (known) => {
      const isNewer =
        counted.messageSeq >= known.counted.messageSeq && counted.readSeq >= known.counted.readSeq;
      return { ...withLast(known, lastMessage), ...(isNewer && { counted, unreadCount }) };
    });
    return { ...next, missing: toggled(next.missing, told.id, false) };
  }, state);
}
