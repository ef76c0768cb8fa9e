/**
 * The reply that brings an event to a subscription, as text and but for the request's id: byte for byte what tRPC and
 * superjson make of `tracked(id, event)`, taken from the event's own text without parsing it.
 */
import { decodeEvent, encodeTracked, type AnyEvent } from '../core/event.ts';
import { isRecord } from '../core/is-record.ts';

const JSON_BEGIN = '{"json":';
const META_BEGIN = ',"meta":';
/** Annotations follow from the type of an event, mostly: so many are known … */
const KNOWN_METAS = 256;
/** … that are no longer than this. */
const KNOWN_META_CHARS = 1_024;

export interface TrackedText {
  readonly text: string;
  /** How long it is as UTF-8. */
  readonly bytes: number;
}

/** What follows the event: how its object ends, with the annotations behind it. */
interface Tail {
  readonly text: string;
  /** Bytes that it has beyond its characters. */
  readonly surplus: number;
}

const PLAIN_TAIL: Tail = { text: '}}', surplus: 0 };

/** Annotations, and the tail that they make: undefined where they are not of the simple kind. */
interface Known {
  readonly annotations: string;
  readonly tail: Tail | undefined;
}

const known = new Map<string, Known>();
/** Events of one type mostly follow one another, and what is cut out of a text has no hash yet. */
let last: Known | undefined;

/**
 * @param id a seq
 * @param body the event as superjson text
 */
export function trackedText(id: string, body: string): TrackedText {
  const made = wrapped(id, body);
  if (made !== undefined) return made;
  const text = `"result":${encodeTracked(id, decodeEvent<AnyEvent>(body))}}`;
  return { text, bytes: Buffer.byteLength(text) };
}

/** Counts the parts, since the whole is put together only where it is written. */
function wrapped(id: string, body: string): TrackedText | undefined {
  if (!body.startsWith(JSON_BEGIN)) return undefined;
  const at = body.lastIndexOf(META_BEGIN);
  const tail = at === -1 ? PLAIN_TAIL : tailOf(body.slice(at + META_BEGIN.length, -1));
  if (tail === undefined) return undefined;
  const data = body.slice(JSON_BEGIN.length, at);
  const text = `"result":{"type":"data","data":{"json":{"id":"${id}","data":${data}${tail.text},"id":"${id}"}}`;
  return { text, bytes: text.length + surplusOf(data) + tail.surplus };
}

const surplusOf = (text: string): number => Buffer.byteLength(text) - text.length;

function tailOf(annotations: string): Tail | undefined {
  if (annotations === last?.annotations) return last.tail;
  if (annotations.length > KNOWN_META_CHARS) return makeTail(annotations);
  last = known.get(annotations) ?? learn(annotations);
  return last.tail;
}

function learn(text: string): Known {
  if (known.size >= KNOWN_METAS) known.clear();
  // A part of a text holds all of it, and this is kept for long: a copy.
  const annotations = Buffer.from(text).toString();
  const one = { annotations, tail: makeTail(annotations) };
  known.set(annotations, one);
  return one;
}

function makeTail(annotations: string): Tail | undefined {
  const meta = wrapMeta(annotations);
  return meta === undefined ? undefined : { text: `},"meta":${meta}}`, surplus: surplusOf(meta) };
}

/** Undefined where it is not superjson's, or its paths are not all of the simple kind: the event is then parsed. */
function wrapMeta(text: string): string | undefined {
  let meta: unknown;
  try {
    meta = JSON.parse(text);
  } catch {
    // Part of an event that has no annotations.
    return undefined;
  }
  if (!isRecord(meta) || meta['v'] !== 1) return undefined;
  const { values, referentialEqualities: same, v, ...others } = meta;
  if (Object.keys(others).length > 0) return undefined;
  if ((values !== undefined && !isRecord(values)) || (same !== undefined && !isRecord(same)))
    return undefined;
  return JSON.stringify({
    ...(values !== undefined && { values: under(values, (tree) => tree) }),
    ...(same !== undefined && { referentialEqualities: under(same, underAll) }),
    v,
  });
}

const PATH = 'data.';

function under(paths: Readonly<Record<string, unknown>>, turn: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(paths).map(([path, value]) => [PATH + path, turn(value)]));
}

const underAll = (paths: unknown): unknown =>
  Array.isArray(paths) ? paths.map((path) => `${PATH}${path}`) : paths;
