import type { Id, UserSummary } from '@parley/contract';

import type { ConversationView } from '../core/domains/conversation.ts';
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

/** What {@link useTyping} gives. */
export interface TypingResult extends Loadable {
  /** Who is writing; never oneself. */
  readonly typing: readonly UserSummary[];
  /** Says that one is writing, or with `false` that one has stopped. Call it at each keystroke: repeats are not sent. */
  readonly setTyping: (isTyping?: boolean) => void;
}

/** What {@link useSuspenseTyping} gives. */
export interface ReadyTyping extends TypingResult {
  readonly status: 'ready';
  readonly error: null;
}

/**
 * {@link useTyping} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useTyping<Selected>(
  conversationId: Id | undefined,
  select: (result: TypingResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * Who is writing in a conversation, and saying that one is.
 *
 * @param conversationId without one nothing is followed: `status` is `idle`, and nothing is said
 * @example
 * function Composer({ talkId }: { talkId: string }) {
 *   const { typing, setTyping } = useTyping(talkId);
 *   return (
 *     <>
 *       <p>{typing.map(({ username }) => username).join(', ')}</p>
 *       <input onChange={() => setTyping()} onBlur={() => setTyping(false)} />
 *     </>
 *   );
 * }
 */
export function useTyping(conversationId: Id | undefined): TypingResult;
export function useTyping(conversationId: Id | undefined, ...selection: Selection<TypingResult>): unknown {
  return useSnapshot(useRoom(conversationId), typingOf, selection);
}

/**
 * {@link useSuspenseTyping} with a selector: renders again only when what it gives changes, that is, its fields or items
 * unless `isEqual` says otherwise.
 */
export function useSuspenseTyping<Selected>(
  conversationId: Id,
  select: (result: ReadyTyping) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useTyping} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function Writing({ talkId }: { talkId: string }) {
 *   const { typing } = useSuspenseTyping(talkId);
 *   return typing.length > 0 && <p>{typing.map(({ username }) => username).join(', ')} …</p>;
 * }
 */
export function useSuspenseTyping(conversationId: Id): ReadyTyping;
export function useSuspenseTyping(conversationId: Id, ...selection: Selection<ReadyTyping>): unknown {
  return useReadySnapshot(useRoom(conversationId), typingOf, selection);
}

function typingOf(room: Room): Fields<ConversationView, TypingResult> {
  return { ...loadable, typing: ({ typing }) => typing, setTyping: () => room.typing };
}
