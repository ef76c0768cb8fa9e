/**
 * What the server has told, normalised: each person, their presence and each conversation once, whichever feed it came
 * by. It holds nothing that is only wished for (the overlay does) and nothing about loading (the live objects do).
 */
import type {
  ConversationSummary,
  Id,
  Message,
  MessageDeleted,
  MessageEdited,
  Offer,
  Participant,
  Presence,
  Reaction,
  Seq,
  UserSummary,
} from '@parley/contract';

export type CachedParticipant = Omit<Participant, 'user' | 'online'>;

export interface CachedConversation extends Omit<ConversationSummary, 'participants'> {
  /** By user id, in the order in which they came. */
  readonly participants: ReadonlyMap<Id, CachedParticipant>;
  /** Who is in it, and as what, is as of this seq; the title is as of `headSeq`. */
  readonly membersSeq: Seq;
  /** What `unreadCount` has counted: messages up to a seq, and what one had read then. Only the inbox and lists tell it. */
  readonly counted: { readonly messageSeq: Seq; readonly readSeq: Seq };
  /** Who is writing, oneself excepted. */
  readonly typing: ReadonlySet<Id>;
  /** Null unless its room was loaded. Without it only ephemeral events of the room take effect. */
  readonly room: CachedRoom | null;
}

/** The parts of a conversation that only its room tells. */
export interface CachedRoom {
  /** Where its feed goes on: the seq of the last durable event that has taken effect. */
  readonly cursor: Seq;
  /** By seq, oldest first, without one twice. */
  readonly messages: readonly Message[];
  /** For the page before the oldest message; null when that one is the first. */
  readonly olderMessages: string | null;
  /** Messages are missing after the one with this seq; `cursor` is for the page that follows it. */
  readonly gap: { readonly afterSeq: Seq; readonly cursor: string } | null;
  /** What was told last of messages that are not here: a page that was on its way meanwhile does not know of it. */
  readonly late: readonly MessageChange[];
  /** Newest first. */
  readonly offers: readonly Offer[];
  readonly olderOffers: string | null;
}

/** What an event changes of a message. */
export type MessageChange = MessageEdited | MessageDeleted | Reaction;

export interface CacheState {
  /** Null until it is known: at once with a session, after `connected` with the application's own tokens. */
  readonly myId: Id | null;
  readonly users: ReadonlyMap<Id, UserSummary>;
  readonly presence: ReadonlyMap<Id, Presence>;
  readonly conversations: ReadonlyMap<Id, CachedConversation>;
  /** Those of the list, newest activity first; null until the first page is there. */
  readonly list: readonly Id[] | null;
  /** For the next page of the list; null on its last. */
  readonly nextConversations: string | null;
  /** Kept up by what is told of conversations that are here. */
  readonly unread: { readonly messages: number; readonly conversations: number } | null;
  /**
   * Conversations that the inbox told of and that are not here: while there are any, the first page of the list and
   * the total of what is unread have to be asked for again.
   */
  readonly missing: ReadonlySet<Id>;
}
