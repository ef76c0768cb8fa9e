/**
 * Compiles a zod schema to a function that writes a value's JSON text, and where its dates are, in one pass.
 *
 * What it writes is what superjson would, byte for byte; what it does not know it refuses, and superjson writes it:
 * unknown keys, `undefined`, an object that is met twice, anything but plain objects, arrays, dates, text, booleans
 * and finite numbers. So it checks structure alone: a value of another type than its schema's is written or refused,
 * never written wrongly. Keys keep the order they have in the value. Nothing is evaluated: the functions are closures.
 */
import type { z } from 'zod';

/** What one pass finds besides the text. */
interface Pass {
  /** superjson's annotation of each date, from the path inside the value on: `user.createdAt":["Date"]`. */
  readonly dates: string[];
  /** Every object, array and date on the way: superjson says which are the same. */
  readonly met: object[];
}

/** `at` begins the path where an array is above: `members.3.`. Undefined for what it does not know. */
type Write = (value: unknown, at: string, pass: Pass) => string | undefined;

interface Compiled {
  write: Write;
  /** Whether dates may be inside. */
  dated: boolean;
}

export interface Written {
  json: string;
  dates: readonly string[];
}

/** A writer of a schema's values; undefined where the schema has something that is not compiled. */
export function compileWriter(
  schema: z.core.$ZodType,
): ((value: unknown) => Written | undefined) | undefined {
  const compiled = bare(schema)._zod.def.type === 'object' ? compile(schema, '') : undefined;
  if (compiled === undefined) return undefined;
  return (value) => {
    const pass: Pass = { dates: [], met: [] };
    const json = compiled.write(value, '', pass);
    return json === undefined || hasTwins(pass.met) ? undefined : { json, dates: pass.dates };
  };
}

function compile(schema: z.core.$ZodType, path: string): Compiled | undefined {
  const { def } = bare(schema)._zod;
  switch (def.type) {
    case 'object':
      return compileObject(def.shape, path);
    case 'array':
      return compileArray(def.element, path);
    case 'date':
      return { write: dateWriter(`${path}":["Date"]`), dated: true };
    case 'string':
    case 'number':
    case 'boolean':
    case 'enum':
    case 'literal':
      return { write: writeScalar, dated: false };
    default:
      return undefined;
  }
}

/** The schema without what says that a value may be missing or null. */
function bare(schema: z.core.$ZodType): z.core.$ZodTypes {
  const it = schema as z.core.$ZodTypes;
  const { def } = it._zod;
  return def.type === 'nullable' || def.type === 'optional' ? bare(def.innerType) : it;
}

interface Field {
  key: string;
  /** `"key":`, and the same after a comma. */
  first: string;
  next: string;
  write: Write;
}

function compileObject(shape: Readonly<Record<string, z.core.$ZodType>>, path: string): Compiled | undefined {
  const fields: Field[] = [];
  let dated = false;
  for (const [key, schema] of Object.entries(shape)) {
    const compiled = compile(schema, path === '' ? escaped(key) : `${path}.${escaped(key)}`);
    if (compiled === undefined) return undefined;
    const first = `${JSON.stringify(key)}:`;
    fields.push({ key, first, next: `,${first}`, write: compiled.write });
    dated ||= compiled.dated;
  }
  return { write: objectWriter(fields), dated };
}

function objectWriter(fields: readonly Field[]): Write {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  return (value, at, pass) => {
    if (value === null) return 'null';
    if (!isPlain(value)) return undefined;
    pass.met.push(value);
    let text = '{';
    let index = 0;
    for (const key in value) {
      let field = fields[index];
      if (field?.key !== key) field = byKey.get(key);
      if (field === undefined) return undefined;
      const written = field.write(value[key], at, pass);
      if (written === undefined) return undefined;
      text += (index === 0 ? field.first : field.next) + written;
      index += 1;
    }
    return `${text}}`;
  };
}

/** Dates in an array itself are not compiled: superjson orders their annotations by its own rule. */
function compileArray(element: z.core.$ZodType, path: string): Compiled | undefined {
  const isObject = bare(element)._zod.def.type === 'object';
  const compiled = compile(element, '');
  if (compiled === undefined || (compiled.dated && !isObject)) return undefined;
  const { write, dated } = compiled;
  return {
    dated,
    write(value, at, pass) {
      if (value === null) return 'null';
      // A hole, and a property that is no element, are superjson's.
      if (!Array.isArray(value) || Object.keys(value).length !== value.length) return undefined;
      pass.met.push(value);
      let text = '[';
      for (let index = 0; index < value.length; index += 1) {
        const written = write(value[index], dated ? `${at}${path}.${index}.` : at, pass);
        if (written === undefined) return undefined;
        text += index === 0 ? written : `,${written}`;
      }
      return `${text}]`;
    },
  };
}

function dateWriter(annotation: string): Write {
  return (value, at, pass) => {
    if (value === null) return 'null';
    if (!(value instanceof Date) || Number.isNaN(value.valueOf())) return undefined;
    pass.met.push(value);
    pass.dates.push(at + annotation);
    return `"${value.toISOString()}"`;
  };
}

function writeScalar(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return isOrdinary(value) ? String(value) : undefined;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return value === null ? 'null' : undefined;
}

/** superjson annotates the others: JSON has neither infinities nor a negative zero. */
export const isOrdinary = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);

export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** As many as are compared one by one faster than a set is made. */
const FEW = 12;

function hasTwins(met: readonly object[]): boolean {
  if (met.length > FEW) return new Set(met).size < met.length;
  return met.some((one, index) => met.indexOf(one) < index);
}

/** A key as superjson's paths have it, inside a JSON text. */
const escaped = (key: string): string =>
  JSON.stringify(key.replaceAll('\\', '\\\\').replaceAll('.', '\\.')).slice(1, -1);
