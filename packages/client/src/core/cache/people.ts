/** Who people are, whether they are there, and what a conversation knows of its members. Watermarks only go forward. */
import type { Id, Participant, Presence, Seq } from '@parley/contract';

import { keep } from './keep.ts';
import { withEntry } from './put.ts';
import type { CachedConversation, CachedParticipant, CacheState } from './state.ts';

/** As a page or a room tells them. */
export interface ToldPerson extends Omit<Participant, 'readAt'> {
  readonly readAt?: Date | null;
}

export function withPresence(state: CacheState, told: readonly Presence[]): CacheState {
  let { presence } = state;
  for (const one of told) {
    const before = presence.get(one.userId);
    const isSame = before?.online === one.online && +(before.lastSeenAt ?? 0) === +(one.lastSeenAt ?? 0);
    if (!isSame) presence = withEntry(presence, one.userId, one);
  }
  return presence === state.presence ? state : { ...state, presence };
}

export function withUsers(state: CacheState, told: readonly Pick<ToldPerson, 'user'>[]): CacheState {
  let { users } = state;
  for (const { user } of told) {
    const before = users.get(user.id);
    if (before === undefined || keep(before, user) !== before) users = withEntry(users, user.id, user);
  }
  return users === state.users ? state : { ...state, users };
}

/** A page tells who is there, and not since when one is not. */
export function withPeople(state: CacheState, told: readonly ToldPerson[]): CacheState {
  const presence = told.map(({ user, online }) => ({
    userId: user.id,
    online,
    lastSeenAt: state.presence.get(user.id)?.lastSeenAt ?? null,
  }));
  return withPresence(withUsers(state, told), presence);
}

/** Members as they were told to be at a seq; of what is older than what is known, only watermarks that are further. */
export function withMembers(
  conversation: CachedConversation,
  told: readonly ToldPerson[],
  seq: Seq,
): CachedConversation {
  const { participants: known, membersSeq } = conversation;
  const isOld = seq < membersSeq;
  const participants = new Map(isOld ? known : []);
  for (const { user, role, readSeq, readAt = null, deliveredSeq } of told) {
    const before = known.get(user.id);
    if (before === undefined ? isOld : seq <= membersSeq) {
      if (before === undefined) continue;
      const after = forward(before, { readSeq, readAt, deliveredSeq });
      participants.set(user.id, { ...after, role: isOld ? before.role : role });
    } else {
      // A room tells the watermark alone.
      const at = readAt ?? (before?.readSeq === readSeq ? before.readAt : null);
      participants.set(user.id, { role, readSeq, readAt: at, deliveredSeq });
    }
  }
  return { ...conversation, participants, membersSeq: Math.max(seq, membersSeq) };
}

/** What is read has been delivered. */
export function forward(
  before: CachedParticipant,
  { readSeq = 0, readAt = null, deliveredSeq = 0 }: Partial<CachedParticipant>,
): CachedParticipant {
  const delivered = Math.max(before.deliveredSeq, deliveredSeq, readSeq);
  const isRead = readSeq > before.readSeq || (readSeq === before.readSeq && before.readAt === null);
  if (!isRead && delivered === before.deliveredSeq) return before;
  return { ...before, deliveredSeq: delivered, ...(isRead && { readSeq, readAt }) };
}

/** Changes a member who is there. */
export function withMember(
  conversation: CachedConversation,
  userId: Id,
  how: (member: CachedParticipant) => CachedParticipant,
): CachedConversation {
  const before = conversation.participants.get(userId);
  const participants =
    before === undefined
      ? conversation.participants
      : withEntry(conversation.participants, userId, how(before));
  return participants === conversation.participants ? conversation : { ...conversation, participants };
}

export function withTyping(
  conversation: CachedConversation,
  userId: Id,
  isTyping: boolean,
): CachedConversation {
  if (conversation.typing.has(userId) === isTyping) return conversation;
  const typing = new Set(conversation.typing);
  if (isTyping) typing.add(userId);
  else typing.delete(userId);
  return { ...conversation, typing };
}
