/** Values of a schema's structure, and values that are almost so. */
import fc from 'fast-check';
import type { z } from 'zod';

const texts = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
const dates = fc.date({ noInvalidDate: true });

/** What a schema's type says; of its further rules (lengths, forms) nothing. */
export function valuesOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const fields = Object.entries(def.shape).map(([key, field]) => [key, valuesOf(field)] as const);
      return fc.record(Object.fromEntries(fields), { noNullPrototype: true });
    }
    case 'array':
      return fc.array(valuesOf(def.element), { maxLength: 4 });
    case 'nullable':
      return fc.option(valuesOf(def.innerType));
    case 'optional':
      return fc.option(valuesOf(def.innerType), { nil: undefined });
    case 'date':
      return dates;
    case 'string':
      return texts;
    case 'number':
      return fc.nat();
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    default:
      throw new Error(`No values of ${def.type}`);
  }
}

/** The value with one thing other than its schema says, somewhere inside. */
export function almost<Value extends object>(value: Value): fc.Arbitrary<Value> {
  return fc.tuple(fc.nat(), fc.nat(), odd, fc.constantFrom(...changes)).map(([place, key, it, change]) => {
    const copy = copied(value);
    const containers = containersIn(copy);
    const container = containers[place % containers.length] ?? copy;
    const keys = Object.keys(container);
    change(container, keys[key % Math.max(keys.length, 1)] ?? 'extra', it);
    return copy;
  });
}

const changes: readonly ((container: object, key: string, it: unknown) => void)[] = [
  (container, key, it) => void Reflect.set(container, key, it),
  (container, _, it) => void Reflect.set(container, 'extra', it),
  (container, _, it) => void Reflect.set(container, String.raw`dotted.\"key`, it),
  (container, key) => void Reflect.deleteProperty(container, key),
  (container, key) => void Reflect.set(container, 'again', Reflect.get(container, key)),
  reverseKeys,
];

const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, -0, Number.NaN, Number.POSITIVE_INFINITY, 1.5e300, 10n, '', []),
  fc.constantFrom<unknown>(
    new Date(Number.NaN),
    new URL('http://a.test'),
    /x/g,
    Object.create(null),
    Object.create({ inherited: 1 }),
  ),
  fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true, withNullPrototype: true }),
  dates,
);

/** Its plain objects and arrays anew; what else is in them is the same. */
function copied<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copied) as Value;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as Value;
}

function containersIn(value: unknown): object[] {
  if (!isPlain(value) && !Array.isArray(value)) return [];
  return [value, ...Object.values(value).flatMap(containersIn)];
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function reverseKeys(container: object): void {
  for (const [key, inner] of Object.entries(container).toReversed()) {
    Reflect.deleteProperty(container, key);
    Reflect.set(container, key, inner);
  }
}
