/** Events that a host application tells by itself: the catalogue's ephemeral ones, and its own. */
import { Id, INBOX_EVENTS, ROOM_EVENTS } from '@parley/contract/schemas';

import type { Announce } from './announce.ts';
import type { EphemeralEvents } from './event.ts';

type RoomEvents = EphemeralEvents['room'];
type InboxEvents = EphemeralEvents['inbox'];

export interface HostEvents {
  /** Tells everyone who has a conversation open, on every node. Nobody else hears of it later. */
  broadcastToConversation<Type extends keyof RoomEvents & string>(
    conversationId: string,
    type: Type,
    payload: RoomEvents[Type],
  ): void;
  /** Tells one person, on every connection where they follow their inbox. */
  sendToUser<Type extends keyof InboxEvents & string>(
    userId: string,
    type: Type,
    payload: InboxEvents[Type],
  ): void;
}

type Catalogue = Readonly<
  Record<string, { durable: boolean; payload: { parse: (payload: unknown) => unknown } }>
>;

/**
 * Both throw a `TypeError` for a durable type, which only a committed change can tell of, and for one that is no name;
 * and a `ZodError` for what is no id, and for a payload that is not the catalogue's.
 */
export function createHostEvents(announce: Announce): HostEvents {
  return {
    broadcastToConversation(conversationId, type, payload) {
      announce.toRoom(Id.parse(conversationId), type, checked(ROOM_EVENTS, type, payload));
    },
    sendToUser(userId, type, payload) {
      announce.toInbox(Id.parse(userId), type, checked(INBOX_EVENTS, type, payload));
    },
  };
}

/** The payload without what its schema does not know; a host's own events have no schema. */
function checked<Payload>(catalogue: Catalogue, type: string, payload: Payload): Payload {
  if (typeof type !== 'string' || type === '') throw new TypeError('an event needs a type');
  const entry = Object.hasOwn(catalogue, type) ? catalogue[type] : undefined;
  if (entry === undefined) return payload;
  if (entry.durable) throw new TypeError(`${type} is durable: it tells of a change that was committed`);
  return entry.payload.parse(payload) as Payload;
}
