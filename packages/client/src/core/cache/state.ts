/**
 * What the server has told, normalised: each person, their presence and each conversation once, whichever feed it came
 * by. It holds nothing that is only wished for (the overlay does) and nothing about loading (the live objects do).
 */
import type {
  ConversationSummary,
  Id,
  Message,
  Offer,
  Participant,
  Presence,
  Seq,
  UserSummary,
} from '@parley/contract';

export type CachedParticipant = Omit<Participant, 'user' | 'online'>;

export interface CachedConversation extends Omit<ConversationSummary, 'participants'> {
  /** By user id, in the order in which they came. */
  readonly participants: ReadonlyMap<Id, CachedParticipant>;
  /** Who is writing, oneself excepted. */
  readonly typing: ReadonlySet<Id>;
  /** Null unless its room was loaded. */
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
  /** Newest first. */
  readonly offers: readonly Offer[];
  readonly olderOffers: string | null;
}

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
  readonly unread: { readonly messages: number; readonly conversations: number } | null;
}
