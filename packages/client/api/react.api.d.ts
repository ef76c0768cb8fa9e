export { ConnectionControl, ConnectionResult, ConversationResult, ConversationsResult, IsEqual, Loadable, MessagesResult, OfferResult, OffersResult, OutboxResult, ParleyProvider, ParleyProviderProps, PresenceResult, ReadyConversation, ReadyConversations, ReadyMessages, ReadyOffer, ReadyOffers, ReadyPresence, ReadyReceipts, ReadyTyping, ReadyUnread, Receipt, ReceiptsResult, SessionResult, TimeLeft, TimedOffer, TypingResult, UnreadResult, useConnection, useConversation, useConversations, useMessages, useOffer, useOffers, useOutbox, useParley, usePresence, useReceipts, useSession, useSuspenseConversation, useSuspenseConversations, useSuspenseMessages, useSuspenseOffer, useSuspenseOffers, useSuspensePresence, useSuspenseReceipts, useSuspenseTyping, useSuspenseUnread, useTyping, useUnread } from './internal/react.js';
import 'react';
import './internal/client.js';
import './internal/contract.js';
import './internal/core.js';
