/** The list of conversations, and who is there. As in views.ts, nothing that did not change is a new object. */
import type { Id, Presence } from '@parley/contract';

import type { ConversationListItem, InboxView } from '../domains/inbox.ts';
import type { PresenceView } from '../domains/presence.ts';
import { keep, memo } from './keep.ts';
import type { CachedConversation, CacheState } from './state.ts';
import { participantsViewer, typingViewer } from './views-people.ts';
import { paging, type Loading } from './views.ts';

export type ToInboxView = (
  state: CacheState,
  progress: Pick<InboxView, 'status' | 'error'> & { readonly more: Loading },
) => InboxView;

export function inboxViewer(): ToInboxView {
  const viewersOf = memo((_myId: Id | null) => new Map<Id, ReturnType<typeof itemViewer>>());
  const toMore = memo(paging);
  let view: InboxView | undefined;
  return (state, { status, error, more }) => {
    const viewers = viewersOf(state.myId);
    const conversations = (state.list ?? []).flatMap((id) => {
      const cached = state.conversations.get(id);
      const viewer = viewers.get(id) ?? itemViewer(state.myId);
      viewers.set(id, viewer);
      return cached === undefined ? [] : [viewer(state, cached)];
    });
    return (view = keep(view, {
      status,
      error,
      conversations: keep(view?.conversations, conversations),
      more: toMore(state.nextConversations, more.isLoading, more.error),
      unread: state.unread && keep(view?.unread ?? undefined, state.unread),
    }));
  };
}

function itemViewer(myId: Id | null) {
  const toParticipants = participantsViewer(myId);
  const toTyping = typingViewer();
  let item: ConversationListItem | undefined;
  return (state: CacheState, cached: CachedConversation): ConversationListItem => {
    const { room: _room, membersSeq: _seq, counted: _counted, ...facts } = cached;
    const participants = toParticipants(state, cached);
    return (item = keep(item, { ...facts, participants, typing: toTyping(state, cached) }));
  };
}

export type ToPresenceView = (
  state: CacheState,
  progress: Pick<PresenceView, 'status' | 'error'>,
) => PresenceView;

/** The viewer of some people. */
export function presenceViewer(userIds: readonly Id[]): ToPresenceView {
  const toMap = memo((...present: readonly (Presence | undefined)[]) => {
    const known = present.flatMap((one) => one ?? []);
    return new Map(known.map((one) => [one.userId, one]));
  });
  let view: PresenceView | undefined;
  return ({ presence }, { status, error }) =>
    (view = keep(view, { status, error, presence: toMap(...userIds.map((id) => presence.get(id))) }));
}
