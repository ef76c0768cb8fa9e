/**
 * The wire's format, which is superjson's: JSON, and beside it where a value is more than JSON has. It reads and writes
 * what the contract has and what a host's own events may: Date, undefined, Map, Set, bigint, URL, RegExp and the numbers
 * that JSON lacks. What else superjson knows, such as classes that were registered, stays as its JSON.
 */

/** Of a node: its type, and what is in it; or, where the node itself is JSON, what is in it. By path, with dots escaped. */
type Annotation = readonly [type: unknown, inner?: Annotations] | Annotations;
interface Annotations {
  readonly [path: string]: Annotation;
}

export interface Serialized {
  readonly json?: unknown;
  readonly meta?: { readonly values?: Annotation; readonly v?: number };
}

const READERS = new Map<unknown, (value: never) => unknown>([
  ['undefined', () => undefined],
  ['Date', (value: string) => new Date(value)],
  ['bigint', (value: string) => BigInt(value)],
  ['number', Number],
  ['set', (value: unknown[]) => new Set(value)],
  ['map', (value: [unknown, unknown][]) => new Map(value)],
  ['URL', (value: string) => new URL(value)],
  ['regexp', (value: string) => new RegExp(value.slice(1, value.lastIndexOf('/')), /\w*$/.exec(value)?.[0])],
]);

/** Takes `serialized` over: what is in it changes. */
export function deserialize({ json, meta }: Serialized): unknown {
  return read(json, meta?.values);
}

function read(value: unknown, annotation: Annotation | undefined): unknown {
  const [type, inner] = isTyped(annotation) ? annotation : [null, annotation];
  for (const [path, one] of Object.entries(inner ?? {})) {
    const keys = keysOf(path);
    const last = keys.pop() ?? '';
    const node = keys.reduce<unknown>((at, key) => own(at, key), value) as Record<string, unknown>;
    if (Object.hasOwn(node, last)) node[last] = read(node[last], one);
  }
  const reader = READERS.get(type);
  return reader === undefined ? value : reader(value as never);
}

const isTyped = (annotation: Annotation | undefined): annotation is readonly [unknown, Annotations?] =>
  Array.isArray(annotation);

/** Nothing of a prototype. */
const own = (node: unknown, key: string): unknown =>
  Object.hasOwn(node as object, key) ? (node as Record<string, unknown>)[key] : {};

function keysOf(path: string): string[] {
  // Most paths have nothing that is escaped, and a page has a hundred of them.
  if (!path.includes('\\')) return path.split('.');
  const keys = [''];
  for (const [token] of path.matchAll(/\\?./gs)) {
    if (token === '.') keys.push('');
    else keys.push(keys.pop() + token.slice(-1));
  }
  return keys;
}

export function serialize(value: unknown): Serialized {
  const [json, values] = write(value);
  return values === undefined ? { json } : { json, meta: { values, v: 1 } };
}

function write(value: unknown): [json: unknown, annotation?: Annotation] {
  const [type, plain] = plainOf(value);
  const inner: Record<string, Annotation> = {};
  let json = plain;
  if (typeof plain === 'object' && plain !== null) {
    const parts = Object.entries(plain).map(([key, part]) => {
      const [partJson, annotation] = write(part);
      const path = key.replace(/[\\.]/g, '\\$&');
      if (isTyped(annotation)) inner[path] = annotation;
      else for (const rest in annotation) inner[`${path}.${rest}`] = annotation[rest]!;
      return [key, partJson] as const;
    });
    json = Array.isArray(plain) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
  }
  const isEmpty = Object.keys(inner).length === 0;
  if (type !== null) return [json, isEmpty ? [type] : [type, inner]];
  return isEmpty ? [json] : [json, inner];
}

/** What JSON has in the place of a value, and the name of what it is where that is not the same. */
function plainOf(value: unknown): [type: string | null, plain: unknown] {
  if (value === undefined) return ['undefined', null];
  if (typeof value === 'bigint') return ['bigint', `${value}`];
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return ['number', Object.is(value, -0) ? '-0' : `${value}`];
  if (value instanceof Date && !Number.isNaN(+value)) return ['Date', value.toISOString()];
  if (value instanceof Set) return ['set', [...value]];
  if (value instanceof Map) return ['map', [...value]];
  if (value instanceof URL) return ['URL', value.href];
  if (value instanceof RegExp) return ['regexp', `${value}`];
  const { toJSON } = (value ?? {}) as { toJSON?: () => unknown };
  return [null, typeof toJSON === 'function' ? toJSON.call(value) : value];
}
