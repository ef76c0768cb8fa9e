import type { DurableInboxEvents, DurableRoomEvents } from '@parley/contract';

const DURABLE: Record<keyof DurableRoomEvents | keyof DurableInboxEvents, 1> = {
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
};

/** Any other type is ephemeral: a host's own too. */
export const isDurable = (type: PropertyKey): boolean => Object.hasOwn(DURABLE, type);
