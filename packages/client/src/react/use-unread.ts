import type { InboxView } from '../core/domains/inbox.ts';
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

/** What {@link useUnread} gives. */
export interface UnreadResult extends Loadable {
  /** Messages of others that one has not read, in all conversations; 0 until that is known. */
  readonly messages: number;
  /** Conversations that have such. */
  readonly conversations: number;
}

/** What {@link useSuspenseUnread} gives. */
export interface ReadyUnread extends UnreadResult {
  readonly status: 'ready';
  readonly error: null;
}

/**
 * {@link useUnread} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useUnread<Selected>(
  select: (result: UnreadResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * How much there is to read, in all conversations.
 *
 * @example
 * function Badge() {
 *   const { messages } = useUnread();
 *   return messages > 0 && <span>{messages}</span>;
 * }
 */
export function useUnread(): UnreadResult;
export function useUnread(...selection: Selection<UnreadResult>): unknown {
  return useSnapshot(useParley().inbox, unreadOf, selection);
}

/**
 * {@link useSuspenseUnread} with a selector: renders again only when what it gives changes, that is, its fields or items
 * unless `isEqual` says otherwise.
 */
export function useSuspenseUnread<Selected>(
  select: (result: ReadyUnread) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useUnread} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function Total() {
 *   const { messages, conversations } = useSuspenseUnread();
 *   return <p>{messages} new messages in {conversations} conversations</p>;
 * }
 */
export function useSuspenseUnread(): ReadyUnread;
export function useSuspenseUnread(...selection: Selection<ReadyUnread>): unknown {
  return useReadySnapshot(useParley().inbox, unreadOf, selection);
}

const fields: Fields<InboxView, UnreadResult> = {
  ...loadable,
  messages: ({ unread }) => unread?.messages ?? 0,
  conversations: ({ unread }) => unread?.conversations ?? 0,
};
const unreadOf = () => fields;
