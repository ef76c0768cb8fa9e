/** Who is in a conversation and who is writing there, as it and the list show them. */
import type { UserSummary } from '@parley/contract';

import type { ParticipantView } from '../domains/conversation.ts';
import { keep, keepEach } from './keep.ts';
import type { CachedConversation, CacheState } from './state.ts';

export function participantsOf(
  { users, presence, myId }: CacheState,
  cached: CachedConversation | undefined,
  before: readonly ParticipantView[] = [],
): readonly ParticipantView[] {
  const views = [...(cached?.participants ?? [])].flatMap(([id, member]) => {
    const user = users.get(id);
    const { online = false, lastSeenAt = null } = presence.get(id) ?? {};
    const typing = cached?.typing.has(id) ?? false;
    return user ? { ...member, user, online, lastSeenAt, isMe: id === myId, typing } : [];
  });
  return keepEach(before, views, ({ user }) => user.id);
}

export function typingOf(
  { users }: CacheState,
  cached: CachedConversation | undefined,
  before: readonly UserSummary[] | undefined,
): readonly UserSummary[] {
  return keep(
    before,
    [...(cached?.typing ?? [])].flatMap((id) => users.get(id) ?? []),
  );
}
