import type {
  Conversation,
  ConversationEvent,
  ConversationPage,
  Id,
  InboxEvent,
  Message,
  MessagePage,
  Offer,
  OfferPage,
  Presence,
  Seq,
} from '@parley/contract';

import type { addMessages } from './messages.ts';
import type { addOffers } from './offers.ts';
import type { CachedRoom } from './state.ts';

/** How what is told goes into a room. */
export interface Adding {
  readonly addMessages: typeof addMessages;
  readonly addOffers: typeof addOffers;
}

/**
 * Everything that the server can tell: events as the feeds deliver them, answers to queries, answers to one's own calls.
 *
 * The order that whoever fetches keeps: attach the feed, have pages that are no older than that, hold back what the feed
 * delivers until they are there, tell the pages (`room`, `conversations`), then what was held back, `joined` and
 * `connected` included. The same after `reset`. Every other action may come at any time, and twice.
 *
 * A page carries the `cursor` that it was asked for with: one that no longer fits where the list has come to is passed
 * over.
 */
export type CacheAction =
  | { readonly type: 'me'; readonly userId: Id }
  /** `seq` is the tracked id: an event of a durable type has it, others carry that of the durable one before. */
  | {
      readonly type: 'room-event';
      readonly conversationId: Id;
      readonly seq: Seq;
      readonly event: ConversationEvent;
    }
  /** The newest pages, no older than `cursor`, where the feed attached. Takes the place of what was there. */
  | {
      readonly type: 'room';
      readonly cursor: Seq;
      readonly conversation: Conversation;
      readonly messages: MessagePage;
      readonly offers: OfferPage;
    }
  /** What was looked for in a room: see reduce-history.ts. */
  | {
      readonly type: 'history';
      readonly conversationId: Id;
      readonly change: (room: CachedRoom, adding: Adding) => CachedRoom;
    }
  /** As the answer to a call told it, before its event or after. */
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'conversation'; readonly conversation: Conversation }
  | { readonly type: 'inbox-event'; readonly event: InboxEvent }
  /** The list anew (`cursor` is null: at first, and after a `reset`), or its next page. */
  | { readonly type: 'conversations'; readonly cursor: string | null; readonly page: ConversationPage }
  /** The first page again, into the list that is there: after a reconnection, or because of `missing`. */
  | { readonly type: 'recent-conversations'; readonly page: ConversationPage }
  | { readonly type: 'unread'; readonly messages: number; readonly conversations: number }
  | { readonly type: 'presence'; readonly presence: readonly Presence[] }
  /** Its room is no longer followed: nothing keeps it up to date until its feed goes on from `cursor`. */
  | { readonly type: 'room-closed'; readonly conversationId: Id }
  /** One is not in it any more. */
  | { readonly type: 'conversation-left'; readonly conversationId: Id }
  /** It was not followed for so long that it is not worth keeping. */
  | { readonly type: 'room-forgotten'; readonly conversationId: Id };
