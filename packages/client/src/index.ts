export {
  createParleyClient,
  type HostTokenOptions,
  type ParleyClient,
  type ParleyClientOptions,
  type SessionOptions,
} from './client.ts';
export type { GetAccessToken } from './core/access.ts';
export type { ParleyCalls } from './core/calls.ts';
export type { Connection, ConnectionState, TransportName } from './core/connection.ts';
export type {
  ConversationFacts,
  ConversationView,
  LiveConversation,
  ParticipantView,
  RoomListener,
} from './core/domains/conversation.ts';
export type {
  ConversationDraft,
  ConversationListItem,
  Inbox,
  InboxListener,
  InboxView,
  Unread,
} from './core/domains/inbox.ts';
export type { Delivery, MessageDraft, MessageGap, MessageView } from './core/domains/message.ts';
export type { CounterDraft, OfferDraft, OfferRole, OfferView } from './core/domains/offer.ts';
export type { PresenceView } from './core/domains/presence.ts';
export { isParleyError, type ErrorDetails, type ParleyClientError, type ParleyError } from './core/errors.ts';
export type { Fetch } from './core/http-call.ts';
export type { Dehydrated, DehydrateOptions } from './core/hydration.ts';
export { localSession, type LocalSession } from './core/local-session.ts';
export type { LiveClient, LiveOfferView, Registration } from './core/live-client.ts';
export type { OutboxEntry, OutboxStore, Outgoing } from './core/outbox/entry.ts';
export type { Credentials, StoredSession } from './core/session-access.ts';
export type { WebSocketConstructor, WebSocketLike } from './core/socket-wire.ts';
export type { Paging, Status } from './core/status.ts';
export type { Subscribable } from './core/subscribable.ts';
export type { Away } from './core/surroundings.ts';
export type { TransportChoice } from './core/transport.ts';
export type { Inputs, Outputs } from './inference.ts';
export type { AppRouter } from '@parley/server/api';
// A star, so that `declare module '@parley/client'` can add to `HostRoomEvents` and `HostInboxEvents`.
export type * from '@parley/contract';
