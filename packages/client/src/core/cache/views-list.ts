/** The list of conversations, and who is there. As in views.ts, nothing that did not change is a new object. */
import type { Id, Presence } from '@parley/contract';

import type { ConversationListItem, InboxView } from '../domains/inbox.ts';
import type { PresenceView } from '../domains/presence.ts';
import { keep } from './keep.ts';
import type { CachedConversation, CacheState } from './state.ts';
import { participantsOf, typingOf } from './views-people.ts';
import { paging, type Loading } from './views.ts';

export type ToInboxView = (
  state: CacheState,
  progress: Pick<InboxView, 'status' | 'error'> & { readonly more: Loading },
) => InboxView;

export function inboxViewer(): ToInboxView {
  let seen: CacheState | undefined;
  let view: InboxView | undefined;
  return (state, { status, error, more }) => {
    const { users, presence, list, nextConversations } = state;
    const known = new Map(view?.conversations.map((item) => [item.id, item]));
    const arePeople = seen?.users === users && seen.presence === presence;
    const items = (list ?? []).flatMap((id) => {
      const before = known.get(id);
      const cached = state.conversations.get(id);
      if (before && arePeople && cached === seen?.conversations.get(id)) return before;
      return cached ? keep(before, toItem(state, cached, before)) : [];
    });
    seen = state;
    return (view = keep(view, {
      status,
      error,
      conversations: keep(view?.conversations, items),
      more: paging(view?.more, nextConversations, more),
      unread: state.unread && keep(view?.unread, state.unread),
    }));
  };
}

function toItem(
  state: CacheState,
  cached: CachedConversation,
  before: ConversationListItem | undefined,
): ConversationListItem {
  const { room: _room, membersSeq: _seq, counted: _counted, ...facts } = cached;
  const participants = participantsOf(state, cached, before?.participants);
  return { ...facts, participants, typing: typingOf(state, cached, before?.typing) };
}

export type ToPresenceView = (
  state: CacheState,
  progress: Pick<PresenceView, 'status' | 'error'>,
) => PresenceView;

/** The viewer of some people. */
export function presenceViewer(userIds: readonly Id[]): ToPresenceView {
  let known: readonly Presence[] = [];
  let view: PresenceView | undefined;
  return ({ presence }, progress) => {
    const now = keep(
      known,
      userIds.flatMap((id) => presence.get(id) ?? []),
    );
    const map = view && now === known ? view.presence : new Map(now.map((one) => [one.userId, one]));
    known = now;
    return (view = keep(view, { ...progress, presence: map }));
  };
}
