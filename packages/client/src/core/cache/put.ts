/**
 * Where a conversation goes into the state: the order of the list and the totals of what is unread follow it here, and
 * nowhere else. What does not change stays the same object.
 */
import type { Id } from '@parley/contract';

import { keep } from './keep.ts';
import type { CachedConversation, CacheState } from './state.ts';

/** What is new of a conversation. */
export type Change = Partial<CachedConversation>;

export const withEntry = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value) =>
  map.get(key) === value ? map : new Map(map).set(key, value);

export function toggled<Item>(set: ReadonlySet<Item>, item: Item, on: boolean): ReadonlySet<Item> {
  if (set.has(item) === on) return set;
  const next = new Set(set).add(item);
  if (!on) next.delete(item);
  return next;
}

export const later = (one: Date, other: Date): Date => (other > one ? other : one);

/** Changes a conversation that is there. */
export function change(state: CacheState, id: Id, how: (known: CachedConversation) => Change): CacheState {
  const before = state.conversations.get(id);
  return before === undefined ? state : put(state, { ...before, ...how(before) });
}

export function put(state: CacheState, told: CachedConversation): CacheState {
  const before = state.conversations.get(told.id);
  const after = keep(before, told);
  if (before === after) return state;
  const next = { ...state, conversations: withEntry(state.conversations, told.id, after) };
  if (before) next.unread = recount(state, before.unreadCount, after.unreadCount);
  return before && +before.activityAt === +after.activityAt ? next : list(next, [told.id]);
}

/** A conversation that is gone: nothing of it is kept. */
export function drop(state: CacheState, id: Id): CacheState {
  const conversations = new Map(state.conversations);
  conversations.delete(id);
  return {
    ...state,
    conversations,
    list: state.list && state.list.filter((one) => one !== id),
    unread: recount(state, state.conversations.get(id)?.unreadCount ?? 0, 0),
    missing: toggled(state.missing, id, false),
  };
}

/** Brings conversations into the list, but for those that belong to a page of it that is not here yet. */
export function list(state: CacheState, ids: readonly Id[]): CacheState {
  const { list: known, nextConversations, conversations } = state;
  if (known === null) return state;
  const activity = (id: Id) => Number(conversations.get(id)?.activityAt);
  const order = (one: Id, other: Id) => activity(other) - activity(one) || (one < other ? 1 : -1);
  const last = known.at(-1);
  const more = ids.filter((id) => nextConversations === null || last === undefined || order(id, last) < 0);
  return { ...state, list: keep(known, [...new Set([...known, ...more])].toSorted(order)) };
}

function recount({ unread }: CacheState, before: number, after: number): CacheState['unread'] {
  return (
    unread && {
      messages: unread.messages + after - before,
      conversations: unread.conversations + Number(after > 0) - Number(before > 0),
    }
  );
}
