import { ErrorReason, Message, Seq, Id, ClientId, OfferStatus, Offer, OfferAction, Conversation, Participant, UserSummary, ConversationEvent, RoomEvents, Role, ConversationSummary, InboxEvent, InboxEvents, Presence, Session, User } from './contract.js';
import { TRPCClient, AppRouter, inferRouterInputs, inferRouterOutputs, TRPCClientError } from './core.js';
type GetAccessToken = () => string | null | undefined | Promise<string | null | undefined>;
type ParleyCalls = TRPCClient<AppRouter>;
interface Subscribable<Value> {
    readonly getSnapshot: () => Value;
    readonly subscribe: (listener: () => void) => () => void;
}
type Away = 'hidden' | 'offline';
type TransportName = 'ws' | 'sse';
type ConnectionState = {
    readonly state: 'idle';
} | {
    readonly state: 'connecting';
    readonly attempt: number;
} | {
    readonly state: 'open';
    readonly attempt: number;
    readonly since: number;
    readonly transport: TransportName;
} | {
    readonly state: 'waiting';
    readonly attempt: number;
    readonly retryAt: number;
} | {
    readonly state: 'suspended';
    readonly attempt: number;
    readonly reason: Away;
} | {
    readonly state: 'unauthorised';
    readonly reason: ErrorReason;
} | {
    readonly state: 'closed';
};
interface Connection extends Subscribable<ConnectionState> {
    readonly state: ConnectionState['state'];
    readonly retry: () => void;
}
type Fetch = (url: string, init?: RequestInit) => Promise<Response>;
type Annotation = readonly [type: unknown, inner?: Annotations] | Annotations;
interface Annotations {
    readonly [path: string]: Annotation;
}
interface Serialized {
    readonly json?: unknown;
    readonly meta?: {
        readonly values?: Annotation;
        readonly v?: number;
    };
}
type Dehydrated = Serialized;
interface DehydrateOptions {
    readonly lasting?: boolean | undefined;
}
type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
type ParleyClientError = TRPCClientError<AppRouter>;
type ErrorDetails = NonNullable<ParleyClientError['data']>;
type ParleyError<Reason extends ErrorReason = ErrorReason> = ParleyClientError & {
    readonly data: ErrorDetails & {
        readonly reason: Reason;
    };
};
declare function isParleyError<Reason extends ErrorReason = ErrorReason>(error: unknown, reason?: Reason): error is ParleyError<Reason>;
type Status = 'idle' | 'loading' | 'ready' | 'failed';
interface Paging {
    readonly hasMore: boolean;
    readonly isLoading: boolean;
    readonly error: ParleyClientError | null;
}
type Delivery = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
interface MessageView extends Omit<Message, 'seq'> {
    readonly key: string;
    readonly seq: Seq | null;
    readonly isMine: boolean;
    readonly delivery: Delivery | null;
    readonly error: ParleyClientError | null;
}
interface MessageDraft {
    content: string;
    attachments?: readonly string[] | undefined;
    replyToId?: Id | undefined;
    clientId?: ClientId | undefined;
}
interface MessageGap {
    readonly afterKey: string;
    readonly isLoading: boolean;
    readonly error: ParleyClientError | null;
    readonly load: () => Promise<void>;
}
type CounterInput = Extract<Inputs['offers']['update'], {
    status: 'countered';
}>['counter'];
type OfferDraft = Omit<Inputs['offers']['create'], 'conversationId'>;
type CounterDraft = CounterInput;
interface Moves {
    accept: () => Promise<Offer>;
    decline: () => Promise<Offer>;
    counter: (terms: CounterDraft) => Promise<Offer>;
    withdraw: () => Promise<Offer>;
    complete: () => Promise<Offer>;
    cancel: () => Promise<Offer>;
}
interface Common extends Omit<Offer, 'status'> {
    readonly pending: OfferAction | null;
}
interface In<Status extends OfferStatus, Role extends OfferRole, Move extends keyof Moves> extends Common {
    readonly status: Status;
    readonly role: Role;
    readonly moves: Readonly<Pick<Moves, Move>>;
}
type OfferRole = 'author' | 'recipient' | 'observer';
type Party = 'author' | 'recipient';
type OfferView = In<'pending', 'recipient', 'accept' | 'decline' | 'counter'> | In<'pending', 'author', 'withdraw'> | In<'pending', 'observer', never> | (In<'accepted', Party, 'cancel'> & {
    readonly hasConfirmed: true;
}) | (In<'accepted', Party, 'complete' | 'cancel'> & {
    readonly hasConfirmed: false;
}) | In<'accepted', 'observer', never> | In<Exclude<OfferStatus, 'pending' | 'accepted'>, OfferRole, never>;
interface ParticipantView extends Participant {
    readonly isMe: boolean;
    readonly typing: boolean;
    readonly lastSeenAt: Date | null;
}
type ConversationFacts = Omit<Conversation, 'participants' | 'headSeq' | 'activityAt'>;
interface ConversationView {
    readonly status: Status;
    readonly error: ParleyClientError | null;
    readonly conversation: ConversationFacts | null;
    readonly participants: readonly ParticipantView[];
    readonly messages: readonly MessageView[];
    readonly olderMessages: Paging;
    readonly gap: MessageGap | null;
    readonly offers: readonly OfferView[];
    readonly olderOffers: Paging;
    readonly typing: readonly UserSummary[];
}
type RoomListener<Type extends keyof RoomEvents> = (payload: RoomEvents[Type], event: {
    readonly type: Type;
    readonly payload: RoomEvents[Type];
}) => void;
interface LiveConversation extends Subscribable<ConversationView>, AsyncIterable<ConversationEvent> {
    readonly id: Id;
    readonly status: Status;
    readonly cursor: Seq | null;
    readonly messages: readonly MessageView[];
    readonly participants: readonly ParticipantView[];
    readonly offers: readonly OfferView[];
    readonly on: <Type extends ConversationEvent['type']>(type: Type, listener: RoomListener<Type>) => () => void;
    readonly load: () => Promise<ConversationView>;
    readonly send: (draft: string | MessageDraft) => Promise<Message>;
    readonly retry: (clientId: ClientId) => void;
    readonly discard: (clientId: ClientId) => void;
    readonly edit: (messageId: Id, content: string) => Promise<void>;
    readonly remove: (messageId: Id) => Promise<void>;
    readonly react: (messageId: Id, emoji: string, on?: boolean) => Promise<void>;
    readonly typing: (isTyping?: boolean) => void;
    readonly read: (upToSeq?: Seq) => Promise<void>;
    readonly loadOlder: () => Promise<void>;
    readonly loadOlderOffers: () => Promise<void>;
    readonly jumpTo: (to: Id | Seq) => Promise<void>;
    readonly createOffer: (draft: OfferDraft) => Promise<Offer>;
    readonly rename: (title: string) => Promise<void>;
    readonly addMembers: (userIds: readonly Id[]) => Promise<void>;
    readonly removeMember: (userId: Id) => Promise<void>;
    readonly setRole: (userId: Id, role: Role) => Promise<void>;
    readonly leave: () => Promise<void>;
}
type ConversationDraft = Inputs['conversations']['create'];
interface ConversationListItem extends Omit<ConversationSummary, 'participants'> {
    readonly participants: readonly ParticipantView[];
    readonly typing: readonly UserSummary[];
}
interface Unread {
    readonly messages: number;
    readonly conversations: number;
}
interface InboxView {
    readonly status: Status;
    readonly error: ParleyClientError | null;
    readonly conversations: readonly ConversationListItem[];
    readonly more: Paging;
    readonly unread: Unread | null;
}
type InboxListener<Type extends keyof InboxEvents> = (payload: InboxEvents[Type], event: {
    readonly type: Type;
    readonly payload: InboxEvents[Type];
}) => void;
interface Inbox extends Subscribable<InboxView>, AsyncIterable<InboxEvent> {
    readonly status: Status;
    readonly cursor: Seq | null;
    readonly conversations: readonly ConversationListItem[];
    readonly unread: Unread | null;
    readonly on: <Type extends InboxEvent['type']>(type: Type, listener: InboxListener<Type>) => () => void;
    readonly load: () => Promise<InboxView>;
    readonly loadMore: () => Promise<void>;
    readonly create: (draft: ConversationDraft) => Promise<Conversation>;
}
interface PresenceView {
    readonly status: Status;
    readonly error: ParleyClientError | null;
    readonly presence: ReadonlyMap<Id, Presence>;
}
interface OutboxEntry {
    readonly clientId: ClientId;
    readonly conversationId: Id;
    readonly userId: Id;
    readonly draft: Omit<MessageDraft, 'clientId'>;
    readonly createdAt: Date;
}
interface Outgoing extends OutboxEntry {
    readonly delivery: Extract<Delivery, 'queued' | 'sending' | 'failed'>;
    readonly error: ParleyClientError | null;
}
interface OutboxStore {
    load(userId: Id): Promise<readonly OutboxEntry[]>;
    put(entry: OutboxEntry): Promise<void>;
    remove(entry: Pick<OutboxEntry, 'userId' | 'clientId'>): Promise<void>;
}
type Registration = Inputs['auth']['register'];
interface LiveOfferView {
    readonly status: Status;
    readonly error: ParleyClientError | null;
    readonly offer: OfferView | null;
}
interface LiveClient {
    readonly conversation: (id: Id) => LiveConversation;
    readonly inbox: Inbox;
    readonly presence: (userIds: readonly Id[]) => Subscribable<PresenceView>;
    readonly offer: (id: Id) => Subscribable<LiveOfferView>;
    readonly outbox: Subscribable<readonly Outgoing[]>;
    readonly dehydrate: (options?: DehydrateOptions) => Dehydrated;
    readonly register: (account: Registration) => Promise<Session>;
    readonly signOut: (options?: {
        everywhere?: boolean;
    }) => Promise<void>;
}
type StoredSession = Omit<Session, 'accessTokenExpiresAt' | 'user'> & {
    accessTokenExpiresAt: Date | string;
    user: Omit<User, 'createdAt'> & {
        createdAt: Date | string;
    };
};
interface Credentials {
    email: string;
    password: string;
}
interface WebSocketConstructor {
    new (url: string): WebSocketLike;
}
interface WebSocketLike {
    readonly readyState: number;
    send(data: string): void;
    close(code?: number, reason?: string): void;
    addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: () => void): void;
}
type TransportChoice = 'auto' | TransportName;
interface CommonOptions {
    url?: string | undefined;
    WebSocket?: WebSocketConstructor | undefined;
    fetch?: Fetch | undefined;
    transport?: TransportChoice | undefined;
    outboxStore?: OutboxStore | null | undefined;
    hydrate?: Dehydrated | null | undefined;
}
interface SessionOptions extends CommonOptions {
    session?: StoredSession | null | undefined | (() => StoredSession | null);
    onSessionChange?: ((session: Session | null) => void) | undefined;
    followSession?: ((changed: () => void) => () => void) | undefined;
    getAccessToken?: undefined;
}
interface HostTokenOptions extends CommonOptions {
    getAccessToken: GetAccessToken;
    session?: undefined;
    onSessionChange?: undefined;
    followSession?: undefined;
}
type ParleyClientOptions = SessionOptions | HostTokenOptions;
interface ParleyClient extends LiveClient {
    readonly trpc: ParleyCalls;
    readonly connection: Connection;
    readonly session: Subscribable<Session | null>;
    readonly signIn: (how: Credentials | StoredSession) => Promise<Session>;
    readonly close: () => Promise<void>;
}
declare function createParleyClient(options?: ParleyClientOptions): ParleyClient;
interface LocalSession {
    readonly session: () => StoredSession | null;
    readonly onSessionChange: (session: Session | null) => void;
    readonly followSession: (changed: () => void) => () => void;
}
declare function localSession(key?: string): LocalSession;
export { createParleyClient, isParleyError, localSession };
export type { Away, Connection, ConnectionState, ConversationDraft, ConversationFacts, ConversationListItem, ConversationView, CounterDraft, Credentials, DehydrateOptions, Dehydrated, Delivery, ErrorDetails, Fetch, GetAccessToken, HostTokenOptions, Inbox, InboxListener, InboxView, Inputs, LiveClient, LiveConversation, LiveOfferView, LocalSession, MessageDraft, MessageGap, MessageView, OfferDraft, OfferRole, OfferView, OutboxEntry, OutboxStore, Outgoing, Outputs, Paging, ParleyCalls, ParleyClient, ParleyClientError, ParleyClientOptions, ParleyError, ParticipantView, PresenceView, Registration, RoomListener, SessionOptions, Status, StoredSession, Subscribable, TransportChoice, TransportName, Unread, WebSocketConstructor, WebSocketLike };
export type { Annotation, Annotations, Serialized, CounterInput, Moves, Common, In, Party, CommonOptions };
