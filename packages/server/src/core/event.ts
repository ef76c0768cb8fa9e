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

import { serialise } from './serialise.ts';
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

/** An event as text, in the two parts that superjson makes of `{ data: event }`, which is how readers are told it. */
export interface EventText {
  /** The event as JSON … */
  readonly body: string;
  /** … and what superjson annotates, where it does. */
  readonly meta?: string | undefined;
}

export function encodeEvent(event: Told): EventText {
  const written = writtenEvent(event);
  if (written !== undefined) return { body: inOnePiece(written.json), meta: metaOf(written.dates) };
  const { json, meta } = serialise({ data: event });
  const { data } = json as { data: unknown };
  return { body: JSON.stringify(data), meta: meta && JSON.stringify(meta) };
}

export function decodeEvent<Event extends AnyEvent>({ body, meta }: EventText): Event {
  return superjson.parse<{ data: Event }>(wrapped(`{"data":${body}}`, meta)).data;
}

/**
 * The `result` of the frame in which tRPC sends `tracked(id, event)`: `{"type":"data","data":{…},"id":"…"}`.
 * Before it comes `{"id":<request id>,"result":`, and `}` after it.
 */
export function trackedText(id: string, { body, meta }: EventText): string {
  const quoted = JSON.stringify(id);
  return `{"type":"data","data":${wrapped(`{"id":${quoted},"data":${body}}`, meta)},"id":${quoted}}`;
}

const wrapped = (json: string, meta: string | undefined): string =>
  meta === undefined ? `{"json":${json}}` : `{"json":${json},"meta":${meta}}`;

/** The same text: one that was put together holds its parts, which take many times its own place, until it is read. */
const inOnePiece = (text: string): string => (Number.isNaN(text.charCodeAt(0)) ? '' : text);

/** What one date makes of them, which mostly follows from the type of an event: so many are known. */
const metas = new Map<string, string>();
const KNOWN_METAS = 256;

function metaOf(dates: readonly string[]): string | undefined {
  const [first] = dates;
  if (first === undefined) return undefined;
  if (dates.length > 1) return annotating(dates);
  const known = metas.get(first);
  if (known !== undefined) return known;
  const meta = annotating(dates);
  if (metas.size < KNOWN_METAS) metas.set(first, meta);
  return meta;
}

function annotating(dates: readonly string[]): string {
  const path = '"data.payload.';
  return inOnePiece(`{"values":{${path}${dates.join(`,${path}`)}},"v":1}`);
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
