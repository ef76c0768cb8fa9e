type Id = string;
type Seq = number;
type ClientId = string;
interface Page<Item> {
    items: Item[];
    nextCursor: string | null;
}
interface Author {
    id: Id;
    username: string;
    avatar: string | null;
}
interface UserSummary extends Author {
    displayName: string | null;
}
interface User extends UserSummary {
    email: string | null;
    createdAt: Date;
}
type UserPage = Page<UserSummary>;
interface Session {
    user: User;
    accessToken: string;
    accessTokenExpiresAt: Date;
    refreshToken: string;
}
interface Renewal {
    expiresAt: Date;
}
interface Done {
    success: true;
}
interface PostedMessage {
    id: Id;
    seq: Seq;
    conversationId: Id;
    userId: Id;
    user: Author;
    content: string;
    attachments: string[];
    replyToId: Id | null;
    clientId: ClientId | null;
    createdAt: Date;
}
interface MessageReaction {
    emoji: string;
    userIds: Id[];
}
interface Message extends PostedMessage {
    reactions: MessageReaction[];
    editedAt: Date | null;
    deletedAt: Date | null;
}
type MessagePage = Page<Message>;
interface SentMessage {
    success: true;
    message: Message;
}
interface MessageEdited {
    id: Id;
    seq: Seq;
    conversationId: Id;
    userId: Id;
    content: string;
    editedAt: Date;
}
interface MessageDeleted {
    id: Id;
    seq: Seq;
    conversationId: Id;
    userId: Id;
    deletedBy: Id;
    deletedAt: Date;
}
interface Reaction {
    messageId: Id;
    conversationId: Id;
    userId: Id;
    emoji: string;
    on: boolean;
    reactedAt: Date;
}
type ConversationKind = 'direct' | 'group';
type Role = 'owner' | 'admin' | 'member';
interface Participant {
    user: UserSummary;
    role: Role;
    readSeq: Seq;
    readAt: Date | null;
    deliveredSeq: Seq;
    online: boolean;
}
interface Conversation {
    id: Id;
    kind: ConversationKind;
    title: string | null;
    subject: string | null;
    headSeq: Seq;
    createdAt: Date;
    activityAt: Date;
    participants: Participant[];
}
interface ConversationSummary extends Conversation {
    lastMessage: Message | null;
    unreadCount: number;
}
type ConversationPage = Page<ConversationSummary>;
interface MemberAdded {
    conversationId: Id;
    userId: Id;
    user: UserSummary;
    role: Role;
    addedBy: Id;
    addedAt: Date;
}
interface MemberRemoved {
    conversationId: Id;
    userId: Id;
    removedBy: Id;
    removedAt: Date;
}
interface RoleChanged {
    conversationId: Id;
    userId: Id;
    role: Role;
    changedBy: Id;
    changedAt: Date;
}
interface Renamed {
    conversationId: Id;
    title: string | null;
    renamedBy: Id;
    renamedAt: Date;
}
interface Connected {
    message: string;
    userId: Id;
    resumed: boolean;
}
interface NewMessage {
    conversationId: Id;
    seq: Seq;
    message: Pick<PostedMessage, 'id' | 'content' | 'user' | 'createdAt'>;
    unreadCount: number;
}
interface ConversationAdded {
    conversationId: Id;
    kind: ConversationKind;
    title: string | null;
    subject: string | null;
    addedBy: Id;
    addedAt: Date;
}
interface ConversationRemoved {
    conversationId: Id;
    removedBy: Id;
    removedAt: Date;
}
interface Unread {
    messages: number;
    conversations: number;
}
type OfferStatus = 'pending' | 'accepted' | 'declined' | 'withdrawn' | 'countered' | 'expired' | 'completed' | 'cancelled';
type OfferAction = Exclude<OfferStatus, 'pending' | 'expired'>;
interface Offer {
    id: Id;
    conversationId: Id;
    authorId: Id;
    recipientId: Id;
    title: string;
    terms: string;
    amount: number | null;
    currency: string | null;
    status: OfferStatus;
    version: number;
    parentOfferId: Id | null;
    expiresAt: Date | null;
    completedBy: Id[];
    createdAt: Date;
    updatedAt: Date;
}
type OfferPage = Page<Offer>;
interface CreatedOffer {
    success: true;
    offer: Offer;
}
interface UpdatedOffer {
    success: true;
    message: string;
    offer: Offer;
    counterOffer?: Offer | undefined;
}
interface OfferCreated {
    offerId: Id;
    conversationId: Id;
    offer: Offer;
    createdAt: Date;
}
interface OfferUpdate {
    offerId: Id;
    conversationId: Id;
    status: OfferStatus;
    offer: Offer;
    updatedAt: Date;
}
interface OfferNotice {
    offerId: Id;
    conversationId: Id;
    offer: Offer;
}
interface Presence {
    userId: Id;
    online: boolean;
    lastSeenAt: Date | null;
}
interface RoomVisit {
    userId: Id;
    username: string;
    conversationId: Id;
}
interface ReadReceipt {
    userId: Id;
    conversationId: Id;
    seq: Seq;
    readAt: Date;
}
interface DeliveredReceipt {
    userId: Id;
    conversationId: Id;
    seq: Seq;
    deliveredAt: Date;
}
interface OwnReadReceipt extends ReadReceipt {
    unreadCount: number;
}
interface MarkedRead {
    success: true;
    message: string;
    readAt: Date;
}
interface RoomParticipant {
    user: UserSummary;
    role: Role;
    readSeq: Seq;
    deliveredSeq: Seq;
    online: boolean;
    typing: boolean;
}
interface OpenedRoom {
    conversation: Conversation;
    messages: MessagePage;
    offers: OfferPage;
}
interface Joined {
    conversationId: Id;
    headSeq: Seq;
    resumed: boolean;
    participants: RoomParticipant[];
}
type ResetReason = 'too_far_behind' | 'unknown_position';
interface Reset {
    reason: ResetReason;
    headSeq: Seq;
}
interface Typing {
    userId: Id;
    username: string;
    conversationId: Id;
    isTyping: boolean;
}
interface DurableRoomEvents {
    message: PostedMessage;
    'message-edited': MessageEdited;
    'message-deleted': MessageDeleted;
    reaction: Reaction;
    'offer-created': OfferCreated;
    'offer-update': OfferUpdate;
    'member-added': MemberAdded;
    'member-removed': MemberRemoved;
    'role-changed': RoleChanged;
    renamed: Renamed;
}
interface EphemeralRoomEvents {
    joined: Joined;
    reset: Reset;
    typing: Typing;
    read: ReadReceipt;
    delivered: DeliveredReceipt;
    'user-joined': RoomVisit;
    'user-left': RoomVisit;
    presence: Presence;
}
interface DurableInboxEvents {
    'new-message': NewMessage;
    'message-edited': MessageEdited;
    'message-deleted': MessageDeleted;
    'new-offer': OfferNotice;
    'offer-accepted': OfferNotice;
    'offer-update': OfferUpdate;
    'conversation-added': ConversationAdded;
    'conversation-removed': ConversationRemoved;
}
interface EphemeralInboxEvents {
    connected: Connected;
    reset: Reset;
    read: OwnReadReceipt;
    presence: Presence;
    typing: Typing;
}
interface HostRoomEvents {
}
interface HostInboxEvents {
}
interface RoomEvents extends DurableRoomEvents, EphemeralRoomEvents, HostRoomEvents {
}
interface InboxEvents extends DurableInboxEvents, EphemeralInboxEvents, HostInboxEvents {
}
type EventOf<Events> = {
    [Type in keyof Events]: {
        type: Type;
        payload: Events[Type];
    };
}[keyof Events];
type ConversationEvent = EventOf<RoomEvents>;
type InboxEvent = EventOf<InboxEvents>;
declare const REASONS: {
    invalid_input: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    message_too_long: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    invalid_cursor: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    expiry_in_past: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    recipient_required: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    too_many_participants: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    not_a_group: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    bad_connection_params: {
        readonly code: "BAD_REQUEST";
        readonly retryable: boolean;
        readonly message: string;
    };
    unauthenticated: {
        readonly code: "UNAUTHORIZED";
        readonly retryable: boolean;
        readonly message: string;
    };
    token_invalid: {
        readonly code: "UNAUTHORIZED";
        readonly retryable: boolean;
        readonly message: string;
    };
    token_expired: {
        readonly code: "UNAUTHORIZED";
        readonly retryable: boolean;
        readonly message: string;
    };
    refresh_token_invalid: {
        readonly code: "UNAUTHORIZED";
        readonly retryable: boolean;
        readonly message: string;
    };
    refresh_token_reused: {
        readonly code: "UNAUTHORIZED";
        readonly retryable: boolean;
        readonly message: string;
    };
    invalid_credentials: {
        readonly code: "UNAUTHORIZED";
        readonly retryable: boolean;
        readonly message: string;
    };
    user_disabled: {
        readonly code: "UNAUTHORIZED";
        readonly retryable: boolean;
        readonly message: string;
    };
    login_disabled: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    registration_disabled: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    not_offer_recipient: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    not_offer_author: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    not_offer_party: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    role_required: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    not_message_author: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    origin_not_allowed: {
        readonly code: "FORBIDDEN";
        readonly retryable: boolean;
        readonly message: string;
    };
    not_found: {
        readonly code: "NOT_FOUND";
        readonly retryable: boolean;
        readonly message: string;
    };
    not_a_participant: {
        readonly code: "NOT_FOUND";
        readonly retryable: boolean;
        readonly message: string;
    };
    user_not_found: {
        readonly code: "NOT_FOUND";
        readonly retryable: boolean;
        readonly message: string;
    };
    message_not_found: {
        readonly code: "NOT_FOUND";
        readonly retryable: boolean;
        readonly message: string;
    };
    offer_not_found: {
        readonly code: "NOT_FOUND";
        readonly retryable: boolean;
        readonly message: string;
    };
    email_taken: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    username_taken: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    offer_not_open: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    offer_not_accepted: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    offer_changed: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    last_owner: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    message_deleted: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    too_many_reactions: {
        readonly code: "CONFLICT";
        readonly retryable: boolean;
        readonly message: string;
    };
    method_not_allowed: {
        readonly code: "METHOD_NOT_SUPPORTED";
        readonly retryable: boolean;
        readonly message: string;
    };
    unsupported_media_type: {
        readonly code: "UNSUPPORTED_MEDIA_TYPE";
        readonly retryable: boolean;
        readonly message: string;
    };
    payload_too_large: {
        readonly code: "PAYLOAD_TOO_LARGE";
        readonly retryable: boolean;
        readonly message: string;
    };
    rate_limited: {
        readonly code: "TOO_MANY_REQUESTS";
        readonly retryable: boolean;
        readonly message: string;
    };
    too_many_connections: {
        readonly code: "TOO_MANY_REQUESTS";
        readonly retryable: boolean;
        readonly message: string;
    };
    too_many_subscriptions: {
        readonly code: "TOO_MANY_REQUESTS";
        readonly retryable: boolean;
        readonly message: string;
    };
    timed_out: {
        readonly code: "TIMEOUT";
        readonly retryable: boolean;
        readonly message: string;
    };
    unavailable: {
        readonly code: "SERVICE_UNAVAILABLE";
        readonly retryable: boolean;
        readonly message: string;
    };
    internal: {
        readonly code: "INTERNAL_SERVER_ERROR";
        readonly retryable: boolean;
        readonly message: string;
    };
};
type ErrorReason = keyof typeof REASONS;
export type { Author, ClientId, Connected, Conversation, ConversationAdded, ConversationEvent, ConversationKind, ConversationPage, ConversationRemoved, ConversationSummary, CreatedOffer, DeliveredReceipt, Done, DurableInboxEvents, DurableRoomEvents, EphemeralInboxEvents, EphemeralRoomEvents, ErrorReason, HostInboxEvents, HostRoomEvents, Id, InboxEvent, InboxEvents, Joined, MarkedRead, MemberAdded, MemberRemoved, Message, MessageDeleted, MessageEdited, MessagePage, MessageReaction, NewMessage, Offer, OfferAction, OfferCreated, OfferNotice, OfferPage, OfferStatus, OfferUpdate, OpenedRoom, OwnReadReceipt, Page, Participant, PostedMessage, Presence, Reaction, ReadReceipt, Renamed, Renewal, Reset, ResetReason, Role, RoleChanged, RoomEvents, RoomParticipant, RoomVisit, SentMessage, Seq, Session, Typing, Unread, UpdatedOffer, User, UserPage, UserSummary };
