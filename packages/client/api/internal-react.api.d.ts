import { ReactNode, ReactElement } from 'react';
import { ParleyClient, OfferView, Status, ParleyClientError, ConnectionState, ConversationFacts, ParticipantView, ConversationListItem, ConversationDraft, MessageView, MessageGap, MessageDraft, OfferDraft, Outgoing, Credentials, StoredSession, Registration } from './client.js';
import { Id, Role, Conversation, Seq, Message, ClientId, Offer, Presence, UserSummary, Session, User } from './contract.js';
interface ParleyProviderProps {
    readonly client: ParleyClient;
    readonly children?: ReactNode;
}
declare function ParleyProvider({ client, children }: ParleyProviderProps): ReactElement;
declare function useParley(): ParleyClient;
interface TimeLeft {
    readonly timeLeftMs: number | null;
}
type TimedOffer = OfferView & TimeLeft;
interface Loadable {
    readonly status: Status;
    readonly error: ParleyClientError | null;
}
type IsEqual<Selected> = (before: Selected, now: Selected) => boolean;
interface ConnectionControl {
    readonly retry: () => void;
    readonly retryInMs: number | null;
}
type ConnectionResult = ConnectionState & ConnectionControl;
declare function useConnection<Selected>(select: (result: ConnectionResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useConnection(): ConnectionResult;
interface ConversationResult extends Loadable {
    readonly conversation: ConversationFacts | null;
    readonly participants: readonly ParticipantView[];
    readonly me: ParticipantView | null;
    readonly rename: (title: string) => Promise<void>;
    readonly addMembers: (userIds: readonly Id[]) => Promise<void>;
    readonly removeMember: (userId: Id) => Promise<void>;
    readonly setRole: (userId: Id, role: Role) => Promise<void>;
    readonly leave: () => Promise<void>;
}
interface ReadyConversation extends ConversationResult {
    readonly status: 'ready';
    readonly error: null;
    readonly conversation: ConversationFacts;
}
declare function useConversation<Selected>(conversationId: Id | undefined, select: (result: ConversationResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useConversation(conversationId: Id | undefined): ConversationResult;
declare function useSuspenseConversation<Selected>(conversationId: Id, select: (result: ReadyConversation) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseConversation(conversationId: Id): ReadyConversation;
interface ConversationsResult extends Loadable {
    readonly conversations: readonly ConversationListItem[];
    readonly hasMore: boolean;
    readonly isLoadingMore: boolean;
    readonly loadMoreError: ParleyClientError | null;
    readonly loadMore: () => Promise<void>;
    readonly create: (draft: ConversationDraft) => Promise<Conversation>;
}
interface ReadyConversations extends ConversationsResult {
    readonly status: 'ready';
    readonly error: null;
}
declare function useConversations<Selected>(select: (result: ConversationsResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useConversations(): ConversationsResult;
declare function useSuspenseConversations<Selected>(select: (result: ReadyConversations) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseConversations(): ReadyConversations;
interface MessagesResult extends Loadable {
    readonly messages: readonly MessageView[];
    readonly hasOlder: boolean;
    readonly isLoadingOlder: boolean;
    readonly loadOlderError: ParleyClientError | null;
    readonly gap: MessageGap | null;
    readonly loadOlder: () => Promise<void>;
    readonly jumpTo: (to: Id | Seq) => Promise<void>;
    readonly send: (draft: string | MessageDraft) => Promise<Message>;
    readonly retry: (clientId: ClientId) => void;
    readonly discard: (clientId: ClientId) => void;
    readonly edit: (messageId: Id, content: string) => Promise<void>;
    readonly remove: (messageId: Id) => Promise<void>;
    readonly react: (messageId: Id, emoji: string, on?: boolean) => Promise<void>;
}
interface ReadyMessages extends MessagesResult {
    readonly status: 'ready';
    readonly error: null;
}
declare function useMessages<Selected>(conversationId: Id | undefined, select: (result: MessagesResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useMessages(conversationId: Id | undefined): MessagesResult;
declare function useSuspenseMessages<Selected>(conversationId: Id, select: (result: ReadyMessages) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseMessages(conversationId: Id): ReadyMessages;
interface OfferResult extends Loadable, TimeLeft {
    readonly offer: OfferView | null;
}
interface ReadyOffer extends OfferResult {
    readonly status: 'ready';
    readonly error: null;
    readonly offer: OfferView;
}
declare function useOffer<Selected>(offerId: Id | undefined, select: (result: OfferResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useOffer(offerId: Id | undefined): OfferResult;
declare function useSuspenseOffer<Selected>(offerId: Id, select: (result: ReadyOffer) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseOffer(offerId: Id): ReadyOffer;
interface OffersResult extends Loadable {
    readonly offers: readonly TimedOffer[];
    readonly hasOlder: boolean;
    readonly isLoadingOlder: boolean;
    readonly loadOlderError: ParleyClientError | null;
    readonly loadOlder: () => Promise<void>;
    readonly create: (draft: OfferDraft) => Promise<Offer>;
}
interface ReadyOffers extends OffersResult {
    readonly status: 'ready';
    readonly error: null;
}
declare function useOffers<Selected>(conversationId: Id | undefined, select: (result: OffersResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useOffers(conversationId: Id | undefined): OffersResult;
declare function useSuspenseOffers<Selected>(conversationId: Id, select: (result: ReadyOffers) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseOffers(conversationId: Id): ReadyOffers;
interface OutboxResult extends Loadable {
    readonly status: 'ready';
    readonly outgoing: readonly Outgoing[];
    readonly retry: (clientId: ClientId) => void;
    readonly discard: (clientId: ClientId) => void;
}
declare function useOutbox<Selected>(select: (result: OutboxResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useOutbox(): OutboxResult;
interface PresenceResult extends Loadable {
    readonly presence: ReadonlyMap<Id, Presence>;
}
interface ReadyPresence extends PresenceResult {
    readonly status: 'ready';
    readonly error: null;
}
declare function usePresence<Selected>(userIds: readonly Id[] | undefined, select: (result: PresenceResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function usePresence(userIds: readonly Id[] | undefined): PresenceResult;
declare function useSuspensePresence<Selected>(userIds: readonly Id[], select: (result: ReadyPresence) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspensePresence(userIds: readonly Id[]): ReadyPresence;
interface Receipt {
    readonly user: UserSummary;
    readonly readSeq: Seq;
    readonly readAt: Date | null;
    readonly deliveredSeq: Seq;
}
interface ReceiptsResult extends Loadable {
    readonly receipts: readonly Receipt[];
    readonly unreadCount: number;
    readonly firstUnreadSeq: Seq | null;
    readonly read: (upToSeq?: Seq) => Promise<void>;
}
interface ReadyReceipts extends ReceiptsResult {
    readonly status: 'ready';
    readonly error: null;
}
declare function useReceipts<Selected>(conversationId: Id | undefined, select: (result: ReceiptsResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useReceipts(conversationId: Id | undefined): ReceiptsResult;
declare function useSuspenseReceipts<Selected>(conversationId: Id, select: (result: ReadyReceipts) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseReceipts(conversationId: Id): ReadyReceipts;
interface SessionResult extends Loadable {
    readonly session: Session | null;
    readonly user: User | null;
    readonly signIn: (how: Credentials | StoredSession) => Promise<Session>;
    readonly register: (account: Registration) => Promise<Session>;
    readonly signOut: (options?: {
        everywhere?: boolean;
    }) => Promise<void>;
}
declare function useSession<Selected>(select: (result: SessionResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSession(): SessionResult;
interface TypingResult extends Loadable {
    readonly typing: readonly UserSummary[];
    readonly setTyping: (isTyping?: boolean) => void;
}
interface ReadyTyping extends TypingResult {
    readonly status: 'ready';
    readonly error: null;
}
declare function useTyping<Selected>(conversationId: Id | undefined, select: (result: TypingResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useTyping(conversationId: Id | undefined): TypingResult;
declare function useSuspenseTyping<Selected>(conversationId: Id, select: (result: ReadyTyping) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseTyping(conversationId: Id): ReadyTyping;
interface UnreadResult extends Loadable {
    readonly messages: number;
    readonly conversations: number;
}
interface ReadyUnread extends UnreadResult {
    readonly status: 'ready';
    readonly error: null;
}
declare function useUnread<Selected>(select: (result: UnreadResult) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useUnread(): UnreadResult;
declare function useSuspenseUnread<Selected>(select: (result: ReadyUnread) => Selected, isEqual?: IsEqual<Selected>): Selected;
declare function useSuspenseUnread(): ReadyUnread;
export { ParleyProvider, useConnection, useConversation, useConversations, useMessages, useOffer, useOffers, useOutbox, useParley, usePresence, useReceipts, useSession, useSuspenseConversation, useSuspenseConversations, useSuspenseMessages, useSuspenseOffer, useSuspenseOffers, useSuspensePresence, useSuspenseReceipts, useSuspenseTyping, useSuspenseUnread, useTyping, useUnread };
export type { ConnectionControl, ConnectionResult, ConversationResult, ConversationsResult, IsEqual, Loadable, MessagesResult, OfferResult, OffersResult, OutboxResult, ParleyProviderProps, PresenceResult, ReadyConversation, ReadyConversations, ReadyMessages, ReadyOffer, ReadyOffers, ReadyPresence, ReadyReceipts, ReadyTyping, ReadyUnread, Receipt, ReceiptsResult, SessionResult, TimeLeft, TimedOffer, TypingResult, UnreadResult };
