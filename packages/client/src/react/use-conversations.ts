import type { Conversation } from '@parley/contract';

import type { ConversationDraft, ConversationListItem, Inbox, InboxView } from '../core/domains/inbox.ts';
import type { ParleyClientError } from '../core/errors.ts';
import { useParley } from './provider.tsx';
import type { Fields } from './tracker.ts';
import {
  loadable,
  useReadySnapshot,
  useSnapshot,
  type IsEqual,
  type Loadable,
  type Selection,
} from './use-snapshot.ts';

/** What {@link useConversations} gives. */
export interface ConversationsResult extends Loadable {
  /** Newest activity first, each with its last message, its unread count and who is writing. */
  readonly conversations: readonly ConversationListItem[];
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** Why the last page did not come; null once one is asked for again. */
  readonly loadMoreError: ParleyClientError | null;
  readonly loadMore: () => Promise<void>;
  /** Opens the direct conversation of two people, or makes a group. */
  readonly create: (draft: ConversationDraft) => Promise<Conversation>;
}

/** What {@link useSuspenseConversations} gives. */
export interface ReadyConversations extends ConversationsResult {
  readonly status: 'ready';
  readonly error: null;
}

/**
 * {@link useConversations} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useConversations<Selected>(
  select: (result: ConversationsResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * One's own conversations, live, whichever of them are open.
 *
 * @example
 * function Talks() {
 *   const { conversations, hasMore, loadMore } = useConversations();
 *   return (
 *     <ul>
 *       {conversations.map((talk) => <li key={talk.id}>{talk.title} ({talk.unreadCount})</li>)}
 *       {hasMore && <button onClick={() => void loadMore()}>More</button>}
 *     </ul>
 *   );
 * }
 * @example
 * const ids = useConversations(({ conversations }) => conversations.map(({ id }) => id));
 */
export function useConversations(): ConversationsResult;
export function useConversations(...selection: Selection<ConversationsResult>): unknown {
  return useSnapshot(useParley().inbox, conversationsOf, selection);
}

/**
 * {@link useSuspenseConversations} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useSuspenseConversations<Selected>(
  select: (result: ReadyConversations) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useConversations} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function Newest() {
 *   const { conversations } = useSuspenseConversations();
 *   return <p>{conversations[0]?.lastMessage?.content}</p>;
 * }
 */
export function useSuspenseConversations(): ReadyConversations;
export function useSuspenseConversations(...selection: Selection<ReadyConversations>): unknown {
  return useReadySnapshot(useParley().inbox, conversationsOf, selection);
}

function conversationsOf(inbox: Inbox): Fields<InboxView, ConversationsResult> {
  return {
    ...loadable,
    conversations: ({ conversations }) => conversations,
    hasMore: ({ more }) => more.hasMore,
    isLoadingMore: ({ more }) => more.isLoading,
    loadMoreError: ({ more }) => more.error,
    loadMore: () => inbox.loadMore,
    create: () => inbox.create,
  };
}
