import type {
  ClientId,
  Conversation,
  ConversationEvent,
  Id,
  Message,
  Offer,
  Participant,
  Role,
  RoomEvents,
  Seq,
  UserSummary,
} from '@parley/contract';

import type { ParleyClientError } from '../errors.ts';
import type { Paging, Status } from '../status.ts';
import type { Subscribable } from '../subscribable.ts';
import type { MessageDraft, MessageGap, MessageView } from './message.ts';
import type { OfferDraft, OfferView } from './offer.ts';

/** A participant, live. */
export interface ParticipantView extends Participant {
  readonly isMe: boolean;
  readonly typing: boolean;
  /** Null if never, or not known. */
  readonly lastSeenAt: Date | null;
}

/** What a conversation is, apart from who is in it and from what every message changes. */
export type ConversationFacts = Omit<Conversation, 'participants' | 'headSeq' | 'activityAt'>;

/** A conversation as it is now. Each part is the same object until it changes. */
export interface ConversationView {
  readonly status: Status;
  readonly error: ParleyClientError | null;
  /** Null until it is known, by the list perhaps before it is `ready`. */
  readonly conversation: ConversationFacts | null;
  readonly participants: readonly ParticipantView[];
  /** Oldest first; those that are on their way are last. */
  readonly messages: readonly MessageView[];
  readonly olderMessages: Paging;
  /** Null when no message is missing between those that are there. */
  readonly gap: MessageGap | null;
  /** Newest first. */
  readonly offers: readonly OfferView[];
  readonly olderOffers: Paging;
  /** Who is writing; never oneself. */
  readonly typing: readonly UserSummary[];
}

export type RoomListener<Type extends keyof RoomEvents> = (
  payload: RoomEvents[Type],
  event: { readonly type: Type; readonly payload: RoomEvents[Type] },
) => void;

/**
 * One conversation, live. It is followed while someone subscribes, listens or iterates, by one subscription however
 * many do, and for a short while after the last one. The functions are always the same ones and need no `this`.
 */
export interface LiveConversation extends Subscribable<ConversationView>, AsyncIterable<ConversationEvent> {
  readonly id: Id;
  readonly status: Status;
  /** The seq of the newest durable event that has taken effect, after which it resumes; null until it is loaded. */
  readonly cursor: Seq | null;
  readonly messages: readonly MessageView[];
  readonly participants: readonly ParticipantView[];
  readonly offers: readonly OfferView[];

  /**
   * Calls `listener` for each event of a type, after it has taken effect: for what comes once it is `ready`, since what
   * was before is in the view. Returns what ends that.
   */
  readonly on: <Type extends ConversationEvent['type']>(
    type: Type,
    listener: RoomListener<Type>,
  ) => () => void;
  /** Resolves when it is `ready`, and rejects when it `failed`. Follows the conversation until then. */
  readonly load: () => Promise<ConversationView>;

  /**
   * Shows the message at once and sends it: later where the connection is away, once however often it is tried.
   * Resolves when the server has it; rejects when it `failed` or was discarded. To ignore the promise is safe.
   */
  readonly send: (draft: string | MessageDraft) => Promise<Message>;
  /** Sends a `failed` message again. */
  readonly retry: (clientId: ClientId) => void;
  /** Forgets a message that the server does not have. */
  readonly discard: (clientId: ClientId) => void;
  readonly edit: (messageId: Id, content: string) => Promise<void>;
  readonly remove: (messageId: Id) => Promise<void>;
  readonly react: (messageId: Id, emoji: string, on?: boolean) => Promise<void>;
  /** Says that one is writing, or has stopped. Call it at each keystroke: what is repeated is not sent. */
  readonly typing: (isTyping?: boolean) => void;
  /**
   * Moves one's read mark forward, by default to the newest message that is here, and where it is not loaded yet, to the
   * newest there was when it began to be followed. Calls in a row become one. Rejects where it `failed`; to ignore the promise is safe.
   */
  readonly read: (upToSeq?: Seq) => Promise<void>;
  readonly loadOlder: () => Promise<void>;
  readonly loadOlderOffers: () => Promise<void>;
  /**
   * Loads what is around a message, by its id or seq, where it is not there yet; a `gap` may follow it. Rejects where it
   * cannot be shown: `message_not_found`, or `unavailable` where it does not come, which may pass.
   */
  readonly jumpTo: (to: Id | Seq) => Promise<void>;

  readonly createOffer: (draft: OfferDraft) => Promise<Offer>;
  readonly rename: (title: string) => Promise<void>;
  readonly addMembers: (userIds: readonly Id[]) => Promise<void>;
  readonly removeMember: (userId: Id) => Promise<void>;
  readonly setRole: (userId: Id, role: Role) => Promise<void>;
  readonly leave: () => Promise<void>;
}
