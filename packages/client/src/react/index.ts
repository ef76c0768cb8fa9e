'use client';

export { ParleyProvider, useParley, type ParleyProviderProps } from './provider.tsx';
export type { TimedOffer, TimeLeft } from './time-left.ts';
export { useConnection, type ConnectionControl, type ConnectionResult } from './use-connection.ts';
export {
  useConversation,
  useSuspenseConversation,
  type ConversationResult,
  type ReadyConversation,
} from './use-conversation.ts';
export {
  useConversations,
  useSuspenseConversations,
  type ConversationsResult,
  type ReadyConversations,
} from './use-conversations.ts';
export { useMessages, useSuspenseMessages, type MessagesResult, type ReadyMessages } from './use-messages.ts';
export { useOffer, useSuspenseOffer, type OfferResult, type ReadyOffer } from './use-offer.ts';
export { useOffers, useSuspenseOffers, type OffersResult, type ReadyOffers } from './use-offers.ts';
export { useOutbox, type OutboxResult } from './use-outbox.ts';
export { usePresence, useSuspensePresence, type PresenceResult, type ReadyPresence } from './use-presence.ts';
export {
  useReceipts,
  useSuspenseReceipts,
  type ReadyReceipts,
  type Receipt,
  type ReceiptsResult,
} from './use-receipts.ts';
export { useSession, type SessionResult } from './use-session.ts';
export type { IsEqual, Loadable } from './use-snapshot.ts';
export { useSuspenseTyping, useTyping, type ReadyTyping, type TypingResult } from './use-typing.ts';
export { useSuspenseUnread, useUnread, type ReadyUnread, type UnreadResult } from './use-unread.ts';
