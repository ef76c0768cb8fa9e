import type {
  Conversation,
  ConversationSummary,
  InboxEvent,
  InboxEvents,
  Seq,
  UserSummary,
} from '@parley/contract';

import type { Inputs } from '../../inference.ts';
import type { ParleyClientError } from '../errors.ts';
import type { Paging, Status } from '../status.ts';
import type { Subscribable } from '../subscribable.ts';
import type { ParticipantView } from './conversation.ts';

/** Who is to be in a new conversation, oneself apart, and what it is called or about. */
export type ConversationDraft = Inputs['conversations']['create'];

/** A conversation in the list of one's own, live. */
export interface ConversationListItem extends Omit<ConversationSummary, 'participants'> {
  readonly participants: readonly ParticipantView[];
  /** Who is writing there; never oneself. */
  readonly typing: readonly UserSummary[];
}

export interface Unread {
  /** Messages of others that one has not read, in all conversations. */
  readonly messages: number;
  /** Conversations that have such. */
  readonly conversations: number;
}

/** One's conversations as they are now. Each part is the same object until it changes. */
export interface InboxView {
  readonly status: Status;
  readonly error: ParleyClientError | null;
  /** Newest activity first. */
  readonly conversations: readonly ConversationListItem[];
  readonly more: Paging;
  /** Null until it is known. */
  readonly unread: Unread | null;
}

export type InboxListener<Type extends keyof InboxEvents> = (
  payload: InboxEvents[Type],
  event: { readonly type: Type; readonly payload: InboxEvents[Type] },
) => void;

/** One's own conversations, live, whichever of them are open. Followed like a {@link LiveConversation}. */
export interface Inbox extends Subscribable<InboxView>, AsyncIterable<InboxEvent> {
  readonly status: Status;
  /** The seq of the newest durable event that has taken effect, after which it resumes; null until it is loaded. */
  readonly cursor: Seq | null;
  readonly conversations: readonly ConversationListItem[];
  readonly unread: Unread | null;
  /** Calls `listener` for each event of a type, after it has taken effect. Returns what ends that. */
  readonly on: <Type extends InboxEvent['type']>(type: Type, listener: InboxListener<Type>) => () => void;
  readonly load: () => Promise<InboxView>;
  readonly loadMore: () => Promise<void>;
  /** Opens the direct conversation of two people, or makes a group; it is tried again until it is known. */
  readonly create: (draft: ConversationDraft) => Promise<Conversation>;
}
