/**
 * Where a conversation goes into the state: the order of the list and the totals of what is unread follow it here, and
 * nowhere else. What does not change stays the same object.
 */
import type { Id } from '@parley/contract';

import type { CachedConversation, CachedRoom, CacheState } from './state.ts';

export function withEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value) {
  return map.get(key) === value ? map : new Map(map).set(key, value);
}

export function without<Item>(set: ReadonlySet<Item>, item: Item): ReadonlySet<Item> {
  if (!set.has(item)) return set;
  const rest = new Set(set);
  rest.delete(item);
  return rest;
}

/** Changes a conversation that is there. */
export function change(
  state: CacheState,
  id: Id,
  how: (conversation: CachedConversation) => CachedConversation,
): CacheState {
  const before = state.conversations.get(id);
  return before === undefined ? state : put(state, how(before));
}

/** Changes a room that is there. */
export function changeRoom(state: CacheState, id: Id, how: (room: CachedRoom) => CachedRoom): CacheState {
  return change(state, id, (conversation) => {
    const room = conversation.room && how(conversation.room);
    return room === conversation.room ? conversation : { ...conversation, room };
  });
}

export function put(state: CacheState, after: CachedConversation): CacheState {
  const { id } = after;
  const before = state.conversations.get(id);
  if (before === after) return state;
  const next = {
    ...state,
    conversations: withEntry(state.conversations, id, after),
    ...(before && { unread: recount(state, before.unreadCount, after.unreadCount) }),
  };
  return before && +before.activityAt === +after.activityAt ? next : list(next, [id]);
}

/** A conversation that is gone: nothing of it is kept. */
export function drop(state: CacheState, id: Id): CacheState {
  const before = state.conversations.get(id);
  const conversations = new Map(state.conversations);
  conversations.delete(id);
  return {
    ...state,
    conversations,
    list: state.list && state.list.filter((one) => one !== id),
    unread: recount(state, before?.unreadCount ?? 0, 0),
    missing: without(state.missing, id),
  };
}

/** Brings conversations into the list, but for those that belong to a page of it that is not here yet. */
export function list(state: CacheState, ids: readonly Id[]): CacheState {
  if (state.list === null) return state;
  const of = (id: Id) => state.conversations.get(id)!;
  const order = (one: Id, other: Id) => +of(other).activityAt - +of(one).activityAt || (one < other ? 1 : -1);
  const last = state.list.at(-1);
  const more = ids.filter(
    (id) =>
      !state.list!.includes(id) &&
      (state.nextConversations === null || last === undefined || order(id, last) < 0),
  );
  const sorted = [...state.list, ...more].toSorted(order);
  return sorted.length === state.list.length && sorted.every((id, index) => id === state.list![index])
    ? state
    : { ...state, list: sorted };
}

function recount({ unread }: CacheState, before: number, after: number): CacheState['unread'] {
  if (unread === null || before === after) return unread;
  return {
    messages: Math.max(0, unread.messages + after - before),
    conversations: Math.max(0, unread.conversations + +(after > 0) - +(before > 0)),
  };
}

export function active(conversation: CachedConversation, at: Date): CachedConversation {
  return at > conversation.activityAt ? { ...conversation, activityAt: at } : conversation;
}
