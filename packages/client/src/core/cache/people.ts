/** Who people are, whether they are there, and what a conversation knows of its members. Watermarks only go forward. */
import type { Id, Participant, Presence, Seq, UserSummary } from '@parley/contract';

import { keep } from './keep.ts';
import { later, withEntry, type Change } from './put.ts';
import type { CachedConversation, CachedParticipant, CacheState } from './state.ts';

/** As a page or a room tells them. */
export interface ToldPerson extends Omit<Participant, 'readAt'> {
  readonly readAt?: Date | null;
}

/** The same map where all of them are in it already; copied once, however many are not. */
function withEach<Value extends object>(
  map: ReadonlyMap<Id, Value>,
  values: readonly Value[],
  keyOf: (value: Value) => Id,
): ReadonlyMap<Id, Value> {
  const news = values.filter((value) => {
    const before = map.get(keyOf(value));
    return before === undefined || keep(before, value) !== before;
  });
  return news.length > 0 ? new Map([...map, ...news.map((value) => [keyOf(value), value] as const)]) : map;
}

export const withUsers = (state: CacheState, told: readonly UserSummary[]): CacheState => ({
  ...state,
  users: withEach(state.users, told, ({ id }) => id),
});

export const withPresence = (state: CacheState, told: readonly Presence[]): CacheState => ({
  ...state,
  presence: withEach(state.presence, told, ({ userId }) => userId),
});

/** A page tells who is there, and not since when one is not. */
export function withPeople(state: CacheState, told: readonly ToldPerson[]): CacheState {
  const presence = told.map(({ user, online }) => ({
    userId: user.id,
    online,
    lastSeenAt: state.presence.get(user.id)?.lastSeenAt ?? null,
  }));
  const users = told.map(({ user }) => user);
  return withPresence(withUsers(state, users), presence);
}

/** Members as they were told to be at a seq; where that is not news, their watermarks may be. */
export function withMembers(
  { participants: known, membersSeq }: CachedConversation,
  told: readonly ToldPerson[],
  seq: Seq,
): Change {
  const isNews = seq > membersSeq;
  const participants = new Map(isNews ? [] : known);
  for (const { user, role, readSeq, readAt, deliveredSeq } of told) {
    const before = known.get(user.id);
    // A room tells the watermark alone.
    const at = readAt ?? (before?.readSeq === readSeq ? before.readAt : null);
    const member = { role, readSeq, readAt: at, deliveredSeq };
    if (isNews) participants.set(user.id, member);
    else if (before) participants.set(user.id, forward(before, member));
  }
  return { participants, membersSeq: Math.max(seq, membersSeq) };
}

interface Membership {
  readonly userId: Id;
  /** Undefined for who is not there. */
  readonly member?: CachedParticipant | undefined;
  readonly at: Date;
}

/** What is told of someone's membership, unless it was known already. */
export function withMember(
  { participants, membersSeq, activityAt }: CachedConversation,
  seq: Seq,
  { userId, member, at }: Membership,
): Change {
  const told = { activityAt: later(activityAt, at) };
  if (seq <= membersSeq) return told;
  const after = new Map(participants);
  if (member) after.set(userId, member);
  else after.delete(userId);
  return { ...told, participants: after, membersSeq: seq };
}

/** Moves someone's watermarks. */
export function withMarks(
  { participants }: CachedConversation,
  userId: Id,
  marks: Partial<CachedParticipant>,
): Change {
  const before = participants.get(userId);
  return before ? { participants: withEntry(participants, userId, forward(before, marks)) } : {};
}

/** What is read has been delivered. */
function forward(
  before: CachedParticipant,
  { readSeq = -1, readAt = null, deliveredSeq = 0 }: Partial<CachedParticipant>,
): CachedParticipant {
  return keep(before, {
    ...before,
    ...(readSeq >= before.readSeq && { readSeq, readAt }),
    deliveredSeq: Math.max(before.deliveredSeq, deliveredSeq, readSeq),
  });
}
