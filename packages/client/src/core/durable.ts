import type {
  DurableInboxEvents,
  DurableRoomEvents,
  EphemeralInboxEvents,
  EphemeralRoomEvents,
} from '@parley/contract';

/** Of the catalogue: whether it is durable. */
const DURABLE: Record<keyof DurableRoomEvents | keyof DurableInboxEvents, 1> &
  Record<keyof EphemeralRoomEvents | keyof EphemeralInboxEvents, 0> = {
  message: 1,
  'message-edited': 1,
  'message-deleted': 1,
  reaction: 1,
  'offer-created': 1,
  'offer-update': 1,
  'member-added': 1,
  'member-removed': 1,
  'role-changed': 1,
  renamed: 1,
  'new-message': 1,
  'new-offer': 1,
  'offer-accepted': 1,
  'conversation-added': 1,
  'conversation-removed': 1,
  joined: 0,
  connected: 0,
  reset: 0,
  typing: 0,
  read: 0,
  delivered: 0,
  'user-joined': 0,
  'user-left': 0,
  presence: 0,
};

/** Whether a type is of the catalogue, and not a host's own or a newer server's. */
export const isKnown = (type: PropertyKey): type is keyof typeof DURABLE => Object.hasOwn(DURABLE, type);

/** What is not known is taken for ephemeral. */
export const isDurable = (type: PropertyKey): boolean => isKnown(type) && DURABLE[type] === 1;
