export { ConnectionControl, ConnectionResult, ConversationResult, ConversationsResult, IsEqual, Loadable, MessagesResult, OfferResult, OffersResult, OutboxResult, ParleyProvider, ParleyProviderProps, PresenceResult, ReadyConversation, ReadyConversations, ReadyMessages, ReadyOffer, ReadyOffers, Receipt, ReceiptsResult, SessionResult, TimeLeft, TimedOffer, TypingResult, UnreadResult, useConnection, useConversation, useConversations, useMessages, useOffer, useOffers, useOutbox, useParley, usePresence, useReceipts, useSession, useSuspenseConversation, useSuspenseConversations, useSuspenseMessages, useSuspenseOffer, useSuspenseOffers, useTyping, useUnread } from './internal/react.js';
import 'react';
import './internal/client.js';
import './internal/contract.js';
import './internal/core.js';
