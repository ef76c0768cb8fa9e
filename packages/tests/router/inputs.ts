// Inputs for a schema: mostly of its shape, with something else in any place now and then.
import fc from 'fast-check';
import superjson from 'superjson';
import { z } from 'zod';

type Json = z.core.JSONSchema.JSONSchema;

const AWKWARD = [
  '',
  '\0',
  '\uD800',
  '0',
  '-1',
  '1e400',
  'null',
  '%',
  '_',
  "'; --",
  '../..',
  '🙂'.repeat(20),
  'a'.repeat(300),
];

/** Times that a `Date` or PostgreSQL does not know, or writes in another way. */
const AWKWARD_TIMES = [
  '-000001-01-01T00:00:00.000Z',
  '0000-01-01T00:00:00.000Z',
  '-271821-04-20T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '2026-11-23',
  'infinity',
];

/** Cursors as the server makes them, around what it would not put in one. */
const cursors = fc
  .array(
    fc.oneof(
      fc.constantFrom(...AWKWARD_TIMES),
      fc.date({ noInvalidDate: true }).map((time) => time.toISOString()),
      fc.constantFrom(...AWKWARD),
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.double(),
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url'));

const anything = fc.oneof(
  fc.anything({ withDate: true, withBigInt: true, maxDepth: 2 }),
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'binary' }),
);

/** Values of a schema's input type and near it, and `right` with a field or two changed or added; `known` are ids that exist. */
export function inputsOf(
  schema: z.ZodType,
  { right, known }: { right: Record<string, unknown>; known: readonly string[] },
): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const names = [...new Set([...Object.keys(right), ...Object.keys(json.properties ?? {})])];
  const changed = fc
    .tuple(fc.subarray(names, { maxLength: Math.min(2, names.length) }), near(json, known))
    .map(([fields, other]) => ({ ...right, ...pick(other, fields) }));
  return fc
    .oneof(
      { weight: 9, arbitrary: changed },
      { weight: 9, arbitrary: near(json, known) },
      { weight: 2, arbitrary: anything },
    )
    .filter(canCross);
}

/** superjson itself refuses some values on the caller's side, such as a key `__proto__`. */
function canCross(value: unknown): boolean {
  try {
    superjson.stringify(value);
    return true;
  } catch {
    return false;
  }
}

function pick(value: unknown, fields: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([field]) => fields.includes(field)));
}

function near(schema: Json, known: readonly string[], name?: string): fc.Arbitrary<unknown> {
  const right = name === 'cursor' ? cursors : exact(schema, known);
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: anything });
}

function exact(schema: Json, known: readonly string[]): fc.Arbitrary<unknown> {
  const variants = (schema.oneOf ?? schema.anyOf)?.filter((one) => typeof one === 'object');
  if (variants !== undefined) return fc.oneof(...variants.map((one) => near(one, known)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.format === 'date-time')
    return fc.oneof(fc.date({ noInvalidDate: false }), fc.constant('2999-01-01T00:00:00Z'));
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, field]) => [name, near(field as Json, known, name)] as const,
      );
      const requiredKeys = schema.required ?? [];
      return fc.record(Object.fromEntries(fields), { requiredKeys });
    }
    case 'array':
      return fc.array(near(schema.items as Json, known), { maxLength: 5 });
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: -2, max: 200 }), fc.double(), fc.maxSafeInteger());
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...known) },
        { weight: 2, arbitrary: fc.string({ unit: 'grapheme' }) },
        { weight: 1, arbitrary: fc.constantFrom(...AWKWARD) },
      );
    default:
      return anything;
  }
}
