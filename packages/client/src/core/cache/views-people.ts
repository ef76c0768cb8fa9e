/** Who is in a conversation and who is writing there, as it and the list show them. */
import type { Id, UserSummary } from '@parley/contract';

import type { ParticipantView } from '../domains/conversation.ts';
import { keep, keepEach, memo } from './keep.ts';
import type { CachedConversation, CacheState } from './state.ts';

export function participantsViewer(myId: Id | null) {
  const kept = keepEach<ParticipantView>(({ user }) => user.id);
  const view = memo(
    (
      participants: CachedConversation['participants'],
      typing: CachedConversation['typing'],
      users: CacheState['users'],
      presence: CacheState['presence'],
    ) =>
      kept(
        [...participants].map(([id, member]) => ({
          ...member,
          user: users.get(id) ?? { id, username: '', avatar: null, displayName: null },
          online: presence.get(id)?.online ?? false,
          lastSeenAt: presence.get(id)?.lastSeenAt ?? null,
          isMe: id === myId,
          typing: typing.has(id),
        })),
      ),
  );
  return ({ users, presence }: CacheState, { participants, typing }: CachedConversation) =>
    view(participants, typing, users, presence);
}

export function typingViewer() {
  let before: readonly UserSummary[] = [];
  return ({ users }: CacheState, cached: CachedConversation | undefined) =>
    (before = keep(
      before,
      [...(cached?.typing ?? [])].flatMap((id) => users.get(id) ?? []),
    ));
}
