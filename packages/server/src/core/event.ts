/**
 * Events as text, byte for byte as superjson and tRPC write them. Those of the catalogue are written by functions that
 * are compiled from its schemas; the rest, a host's own events among them, by superjson.
 */
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
import { INBOX_EVENTS, ROOM_EVENTS } from '@parley/contract/schemas';
import superjson from 'superjson';

import { stringify } from './serialise.ts';
import { compileWriter, isPlain, type Written } from './shape-writer.ts';

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

interface Told {
  type: string;
  payload: unknown;
}

/** By type: a type that rooms and inboxes have in two forms has two. */
const writers = new Map<string, ((payload: unknown) => Written | undefined)[]>();
for (const [type, { payload }] of [...Object.entries(ROOM_EVENTS), ...Object.entries(INBOX_EVENTS)]) {
  const write = compileWriter(payload);
  if (write !== undefined) writers.set(type, [...(writers.get(type) ?? []), write]);
}

/** The event as its type's writer writes it; undefined for one that superjson writes. */
export function writtenEvent(event: Told): Written | undefined {
  if (!isTypeAndPayload(event)) return undefined;
  for (const write of writers.get(event.type) ?? []) {
    const written = write(event.payload);
    if (written !== undefined)
      return { json: `{"type":"${event.type}","payload":${written.json}}`, dates: written.dates };
  }
  return undefined;
}

/** The event for the bus: `superjson.stringify(event)`. */
export function encodeEvent(event: Told): string {
  const text = writtenEvent(event);
  if (text === undefined) return stringify(event);
  return inOnePiece(`{"json":${text.json}${metaOf(text, '"payload.')}}`);
}

/** The same text: one that was put together holds its parts, which take many times its own place, until it is read. */
const inOnePiece = (text: string): string => (Number.isNaN(text.charCodeAt(0)) ? '' : text);

/**
 * The `result` of the frame in which tRPC sends `tracked(id, event)`: `{"type":"data","data":{…},"id":"…"}`.
 * Before it comes `{"id":<request id>,"result":`, and `}` after it.
 */
export function encodeTracked(id: string, event: Told): string {
  const text = writtenEvent(event);
  const quoted = JSON.stringify(id);
  const value =
    text === undefined
      ? stringify({ id, data: event })
      : `{"json":{"id":${quoted},"data":${text.json}}${metaOf(text, '"data.payload.')}}`;
  return `{"type":"data","data":${value},"id":${quoted}}`;
}

function metaOf({ dates }: Written, path: string): string {
  return dates.length === 0 ? '' : `,"meta":{"values":{${path}${dates.join(`,${path}`)}},"v":1}`;
}

/** Exactly these two, in this order, as all our events have them. */
function isTypeAndPayload(event: object): boolean {
  if (!isPlain(event)) return false;
  let index = 0;
  for (const key in event) {
    if (key !== (index === 0 ? 'type' : 'payload')) return false;
    index += 1;
  }
  return index === 2;
}

export function decodeEvent<Event extends AnyEvent>(body: string): Event {
  return superjson.parse<Event>(body);
}
