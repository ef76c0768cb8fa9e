import type { Id, Seq, UserSummary } from '@parley/contract';

import { keepEach } from '../core/cache/keep.ts';
import type { ConversationView } from '../core/domains/conversation.ts';
import type { MessageView } from '../core/domains/message.ts';
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

/** How far another participant has come. */
export interface Receipt {
  readonly user: UserSummary;
  /** Has read everything up to this seq. */
  readonly readSeq: Seq;
  readonly readAt: Date | null;
  /** Has received everything up to this seq. */
  readonly deliveredSeq: Seq;
}

/** What {@link useReceipts} gives. */
export interface ReceiptsResult extends Loadable {
  /** Those of the others. */
  readonly receipts: readonly Receipt[];
  /** The messages of others, of those that are loaded, that one has not read. */
  readonly unreadCount: number;
  /** Where the unread ones begin, for `jumpTo`: no message is unread below this seq. Null when there is none. */
  readonly firstUnreadSeq: Seq | null;
  /** Moves one's read mark forward, by default to the newest message that is here. Calls in a row become one. */
  readonly read: (upToSeq?: Seq) => Promise<void>;
}

/** What {@link useSuspenseReceipts} gives. */
export interface ReadyReceipts extends ReceiptsResult {
  readonly status: 'ready';
  readonly error: null;
}

/**
 * {@link useReceipts} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useReceipts<Selected>(
  conversationId: Id | undefined,
  select: (result: ReceiptsResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * Who has read how far in a conversation, and marking it as read.
 *
 * @param conversationId without one nothing is followed: `status` is `idle`, and `read` rejects
 * @example
 * function Unread({ talkId }: { talkId: string }) {
 *   const { unreadCount, read } = useReceipts(talkId);
 *   return unreadCount > 0 && <button onClick={() => void read()}>{unreadCount} new messages</button>;
 * }
 */
export function useReceipts(conversationId: Id | undefined): ReceiptsResult;
export function useReceipts(
  conversationId: Id | undefined,
  ...selection: Selection<ReceiptsResult>
): unknown {
  return useSnapshot(useRoom(conversationId), receiptsOf, selection);
}

/**
 * {@link useSuspenseReceipts} with a selector: renders again only when what it gives changes, that is, its fields or items
 * unless `isEqual` says otherwise.
 */
export function useSuspenseReceipts<Selected>(
  conversationId: Id,
  select: (result: ReadyReceipts) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useReceipts} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function ReadBy({ talkId, seq }: { talkId: string; seq: number }) {
 *   const { receipts } = useSuspenseReceipts(talkId);
 *   return <p>Read by {receipts.filter(({ readSeq }) => readSeq >= seq).length}</p>;
 * }
 */
export function useSuspenseReceipts(conversationId: Id): ReadyReceipts;
export function useSuspenseReceipts(conversationId: Id, ...selection: Selection<ReadyReceipts>): unknown {
  return useReadySnapshot(useRoom(conversationId), receiptsOf, selection);
}

function receiptsOf(room: Room): Fields<ConversationView, ReceiptsResult> {
  return {
    ...loadable,
    receipts: ({ participants }, _moment, before = []) =>
      keepEach(before, participants.filter(({ isMe }) => !isMe).map(receipt), ({ user }) => user.id),
    unreadCount: (view) => unread(view).length,
    firstUnreadSeq,
    read: () => room.read,
  };
}

function receipt({ user, readSeq, readAt, deliveredSeq }: Receipt): Receipt {
  return { user, readSeq, readAt, deliveredSeq };
}

function readSeqOf({ participants }: ConversationView): Seq {
  return participants.find(({ isMe }) => isMe)?.readSeq ?? Infinity;
}

function unread(view: ConversationView): readonly MessageView[] {
  const readSeq = readSeqOf(view);
  return view.messages.filter(({ seq, isMine }) => !isMine && seq !== null && seq > readSeq);
}

function firstUnreadSeq(view: ConversationView): Seq | null {
  const [first] = unread(view);
  if (first === undefined) return null;
  const before = view.messages[view.messages.indexOf(first) - 1];
  const isCertain = before === undefined ? !view.olderMessages.hasMore : before.key !== view.gap?.afterKey;
  return isCertain ? first.seq : readSeqOf(view) + 1;
}
