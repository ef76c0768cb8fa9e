import type {
  ConversationEvent,
  DurableInboxEvents,
  DurableRoomEvents,
  EphemeralInboxEvents,
  EphemeralRoomEvents,
  HostInboxEvents,
  HostRoomEvents,
  InboxEvent,
} from '@parley/contract';
import superjson from 'superjson';

/** Any event of the catalogue. */
export type AnyEvent = ConversationEvent | InboxEvent;

/** Durable events by the kind of topic they belong to. */
export interface DurableEvents {
  room: DurableRoomEvents;
  inbox: DurableInboxEvents;
}

/** Events told once, by the kind of topic they belong to; a host's own are among them. */
export interface EphemeralEvents {
  room: EphemeralRoomEvents & HostRoomEvents;
  inbox: EphemeralInboxEvents & HostInboxEvents;
}

export function encodeEvent(event: { type: string; payload: unknown }): string {
  return superjson.stringify(event);
}

export function decodeEvent<Event extends AnyEvent>(body: string): Event {
  return superjson.parse<Event>(body);
}
