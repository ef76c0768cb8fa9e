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

/** Everything that the server can tell: events as the feeds deliver them, answers to queries, answers to one's own calls. */
export type CacheAction =
  | { readonly type: 'me'; readonly userId: Id }
  /** `seq` is the tracked id: an event of a durable type has it, others carry that of the durable one before. */
  | {
      readonly type: 'room-event';
      readonly conversationId: Id;
      readonly seq: Seq;
      readonly event: ConversationEvent;
    }
  /** The newest pages, asked for after the feed was attached; `cursor` is where the feed stood. Replaces what is older than them. */
  | {
      readonly type: 'room';
      readonly cursor: Seq;
      readonly conversation: Conversation;
      readonly messages: MessagePage;
      readonly offers: OfferPage;
    }
  | { readonly type: 'older-messages'; readonly conversationId: Id; readonly page: MessagePage }
  /** The page after the gap's upper end. */
  | { readonly type: 'gap-page'; readonly conversationId: Id; readonly page: MessagePage }
  /** Around a message: `older` ends with it, `newer` begins with it; each page is newest first. */
  | {
      readonly type: 'around';
      readonly conversationId: Id;
      readonly older: MessagePage;
      readonly newer: MessagePage;
    }
  | { readonly type: 'older-offers'; readonly conversationId: Id; readonly page: OfferPage }
  /** As the answer to a call told it, before its event or after. */
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'conversation'; readonly conversation: Conversation }
  | { readonly type: 'inbox-event'; readonly event: InboxEvent }
  /** The first page of the list, or a later one. */
  | { readonly type: 'conversations'; readonly page: ConversationPage; readonly isFirst: boolean }
  | { readonly type: 'unread'; readonly messages: number; readonly conversations: number }
  | { readonly type: 'presence'; readonly presence: readonly Presence[] }
  /** Its room is no longer followed: nothing keeps it up to date. */
  | { readonly type: 'room-closed'; readonly conversationId: Id };
