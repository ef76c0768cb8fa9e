import type {
  ConversationEvent,
  EphemeralInboxEvents,
  EphemeralRoomEvents,
  InboxEvent,
} from '@parley/contract';

/** Told once, to whoever is there; everything else has a seq of its own. */
const EPHEMERAL = {
  joined: true,
  connected: true,
  reset: true,
  typing: true,
  read: true,
  delivered: true,
  'user-joined': true,
  'user-left': true,
  presence: true,
} satisfies Record<keyof EphemeralRoomEvents | keyof EphemeralInboxEvents, true>;

export function isDurable({ type }: ConversationEvent | InboxEvent): boolean {
  return !Object.hasOwn(EPHEMERAL, type);
}
