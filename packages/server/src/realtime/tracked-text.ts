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

const known = new Map<string, string | undefined>();

/**
 * @param id a seq
 * @param body the event as superjson text
 */
export function trackedText(id: string, body: string): string {
  const value = wrapped(id, body);
  return value === undefined
    ? `"result":${encodeTracked(id, decodeEvent<AnyEvent>(body))}}`
    : `"result":{"type":"data","data":${value},"id":"${id}"}}`;
}

function wrapped(id: string, body: string): string | undefined {
  if (!body.startsWith(JSON_BEGIN)) return undefined;
  const at = body.lastIndexOf(META_BEGIN);
  if (at === -1) return `{"json":{"id":"${id}","data":${body.slice(JSON_BEGIN.length, -1)}}}`;
  const meta = wrappedMeta(body.slice(at + META_BEGIN.length, -1));
  if (meta === undefined) return undefined;
  return `{"json":{"id":"${id}","data":${body.slice(JSON_BEGIN.length, at)}},"meta":${meta}}`;
}

function wrappedMeta(text: string): string | undefined {
  if (known.has(text)) return known.get(text);
  const meta = wrapMeta(text);
  if (text.length <= KNOWN_META_CHARS) {
    if (known.size >= KNOWN_METAS) known.clear();
    // A part of a text holds all of it, and this is kept for long: a copy.
    known.set(Buffer.from(text).toString(), meta);
  }
  return meta;
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
