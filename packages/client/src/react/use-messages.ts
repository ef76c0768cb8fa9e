import type { ClientId, Id, Message, Seq } from '@parley/contract';

import type { ConversationView } from '../core/domains/conversation.ts';
import type { MessageDraft, MessageGap, MessageView } from '../core/domains/message.ts';
import type { ParleyClientError } from '../core/errors.ts';
import type { Room } from './nothing.ts';
import type { Fields } from './tracker.ts';
import { useRoom } from './use-room.ts';
import {
  loadable,
  useReadySnapshot,
  useSnapshot,
  type IsEqual,
  type Loadable,
  type Selection,
} from './use-snapshot.ts';

/** What {@link useMessages} gives. */
export interface MessagesResult extends Loadable {
  /** Oldest first; one's own that are on their way are last. Use `key` as the key in a list. */
  readonly messages: readonly MessageView[];
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Why the last older page did not come; null once one is asked for again. */
  readonly loadOlderError: ParleyClientError | null;
  /** Null when no message is missing between those that are there. */
  readonly gap: MessageGap | null;
  readonly loadOlder: () => Promise<void>;
  /** Loads what is around a message, by its id or seq, where it is not there yet. Rejects where it cannot be shown. */
  readonly jumpTo: (to: Id | Seq) => Promise<void>;
  /** Shows the message at once and sends it, once however often it is tried. To ignore the promise is safe. */
  readonly send: (draft: string | MessageDraft) => Promise<Message>;
  /** Sends a `failed` message again. */
  readonly retry: (clientId: ClientId) => void;
  /** Forgets a message that the server does not have. */
  readonly discard: (clientId: ClientId) => void;
  readonly edit: (messageId: Id, content: string) => Promise<void>;
  readonly remove: (messageId: Id) => Promise<void>;
  /** Puts an emoji on a message, or takes it away with `on: false`. */
  readonly react: (messageId: Id, emoji: string, on?: boolean) => Promise<void>;
}

/** What {@link useSuspenseMessages} gives. */
export interface ReadyMessages extends MessagesResult {
  readonly status: 'ready';
  readonly error: null;
}

/**
 * {@link useMessages} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useMessages<Selected>(
  conversationId: Id | undefined,
  select: (result: MessagesResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * The messages of a conversation, live, and what can be done with them. Renders again when a field changes that the
 * component reads.
 *
 * @param conversationId without one nothing is followed: `status` is `idle`, and the functions reject
 * @example
 * function Messages({ talkId }: { talkId: string }) {
 *   const { messages, status, error, send } = useMessages(talkId);
 *   if (status === 'failed') return <p>{error?.message}</p>;
 *   return (
 *     <>
 *       {messages.map((message) => <p key={message.key}>{message.content}</p>)}
 *       <button onClick={() => void send('Hello')}>Say hello</button>
 *     </>
 *   );
 * }
 * @example
 * const count = useMessages(talkId, ({ messages }) => messages.length);
 */
export function useMessages(conversationId: Id | undefined): MessagesResult;
export function useMessages(
  conversationId: Id | undefined,
  ...selection: Selection<MessagesResult>
): unknown {
  return useSnapshot(useRoom(conversationId), messagesOf, selection);
}

/**
 * {@link useSuspenseMessages} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useSuspenseMessages<Selected>(
  conversationId: Id,
  select: (result: ReadyMessages) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useMessages} for a component below `<Suspense>` and an error boundary: it is rendered once the messages are
 * there, and what makes that impossible is thrown.
 *
 * @example
 * function Count({ talkId }: { talkId: string }) {
 *   const { messages } = useSuspenseMessages(talkId);
 *   return <p>{messages.length} messages</p>;
 * }
 */
export function useSuspenseMessages(conversationId: Id): ReadyMessages;
export function useSuspenseMessages(conversationId: Id, ...selection: Selection<ReadyMessages>): unknown {
  return useReadySnapshot(useRoom(conversationId), messagesOf, selection);
}

function messagesOf(room: Room): Fields<ConversationView, MessagesResult> {
  return {
    ...loadable,
    messages: ({ messages }) => messages,
    hasOlder: ({ olderMessages }) => olderMessages.hasMore,
    isLoadingOlder: ({ olderMessages }) => olderMessages.isLoading,
    loadOlderError: ({ olderMessages }) => olderMessages.error,
    gap: ({ gap }) => gap,
    loadOlder: () => room.loadOlder,
    jumpTo: () => room.jumpTo,
    send: () => room.send,
    retry: () => room.retry,
    discard: () => room.discard,
    edit: () => room.edit,
    remove: () => room.remove,
    react: () => room.react,
  };
}
