import type { Id, Role } from '@parley/contract';

import type { ConversationFacts, ConversationView, ParticipantView } from '../core/domains/conversation.ts';
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

/** What {@link useConversation} gives. */
export interface ConversationResult extends Loadable {
  /** What it is, apart from who is in it; null until it is `ready`. */
  readonly conversation: ConversationFacts | null;
  readonly participants: readonly ParticipantView[];
  /** Oneself among the participants; null until it is `ready`. */
  readonly me: ParticipantView | null;
  readonly rename: (title: string) => Promise<void>;
  readonly addMembers: (userIds: readonly Id[]) => Promise<void>;
  readonly removeMember: (userId: Id) => Promise<void>;
  readonly setRole: (userId: Id, role: Role) => Promise<void>;
  readonly leave: () => Promise<void>;
}

/** What {@link useSuspenseConversation} gives. */
export interface ReadyConversation extends ConversationResult {
  readonly status: 'ready';
  readonly error: null;
  readonly conversation: ConversationFacts;
}

/**
 * {@link useConversation} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useConversation<Selected>(
  conversationId: Id | undefined,
  select: (result: ConversationResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * What a conversation is and who is in it, live.
 *
 * @param conversationId without one nothing is followed: `status` is `idle`, and the functions reject
 * @example
 * function Title({ talkId }: { talkId: string }) {
 *   const { conversation, participants } = useConversation(talkId);
 *   const others = participants.filter(({ isMe }) => !isMe);
 *   return <h1>{conversation?.title ?? others.map(({ user }) => user.username).join(', ')}</h1>;
 * }
 */
export function useConversation(conversationId: Id | undefined): ConversationResult;
export function useConversation(
  conversationId: Id | undefined,
  ...selection: Selection<ConversationResult>
): unknown {
  return useSnapshot(useRoom(conversationId), conversationOf, selection);
}

/**
 * {@link useSuspenseConversation} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useSuspenseConversation<Selected>(
  conversationId: Id,
  select: (result: ReadyConversation) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useConversation} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function Title({ talkId }: { talkId: string }) {
 *   const { conversation } = useSuspenseConversation(talkId);
 *   return <h1>{conversation.title}</h1>;
 * }
 */
export function useSuspenseConversation(conversationId: Id): ReadyConversation;
export function useSuspenseConversation(
  conversationId: Id,
  ...selection: Selection<ReadyConversation>
): unknown {
  return useReadySnapshot(useRoom(conversationId), conversationOf, selection);
}

function conversationOf(room: Room): Fields<ConversationView, ConversationResult> {
  return {
    ...loadable,
    conversation: ({ conversation }) => conversation,
    participants: ({ participants }) => participants,
    me: ({ participants }) => participants.find(({ isMe }) => isMe) ?? null,
    rename: () => room.rename,
    addMembers: () => room.addMembers,
    removeMember: () => room.removeMember,
    setRole: () => room.setRole,
    leave: () => room.leave,
  };
}
