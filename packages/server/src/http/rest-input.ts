/**
 * Where a procedure's input comes from in a REST request: its fields that the path names, and the rest of them in the
 * query or the body. All of it follows from the procedure's own schema, which is also what checks the values.
 */
import { z } from 'zod';

import type { RestRow } from './rest-table.ts';

type Schema = z.core.$ZodType;
type Shape = Record<string, Schema>;
/** By name; a plain object would have fields that nobody gave it. */
type Fields = ReadonlyMap<string, Schema>;
type Raw = Record<string, unknown>;

/** Path parameters that the input calls otherwise. */
export const FIELD_BY_PARAMETER: Readonly<Record<string, string>> = { id: 'conversationId' };

/** What Fastify took from a request. */
export interface RestRequest {
  params: unknown;
  query: unknown;
  body: unknown;
}

export interface RestInput {
  /** Schemas of the parts, for the documentation. */
  params: z.ZodObject | undefined;
  query: z.ZodObject | undefined;
  body: Schema | undefined;
  /** The procedure's input of a request, not checked yet. What the path says wins. */
  read: (request: RestRequest) => unknown;
  /** Whether an output is of what the path names beyond the input: an offer of another talk is not. */
  isWithin: (output: unknown, request: RestRequest) => boolean;
}

/** Throws where a path and its procedure do not fit together. */
export function restInput({ method, path, procedure }: RestRow, input: Schema | undefined): RestInput {
  const shapes = input === undefined ? [{}] : shapesOf(input);
  const fields: Fields = new Map(shapes.flatMap((shape) => Object.entries(shape)));
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    field: FIELD_BY_PARAMETER[name] ?? name,
  }));
  const taken = parameters.map(({ field }) => field);
  const beyond = parameters.filter(({ field }) => !fields.has(field));
  if (beyond.length > 0 && method !== 'GET') {
    throw new Error(`${procedure} does not take ${beyond.map(({ field }) => field).join(', ')} of ${path}`);
  }
  const inQuery = method === 'GET' || method === 'DELETE';
  const rest = shapes.map((shape) => without(shape, taken));
  const isEmpty = rest.every((shape) => Object.keys(shape).length === 0);
  return {
    params: parameters.length === 0 ? undefined : z.object(pathShape(parameters, fields)),
    query: isEmpty || !inQuery ? undefined : z.object(Object.assign({}, ...rest) as Shape),
    body: isEmpty || inQuery ? undefined : bodySchema(input, taken, rest),
    read({ params, query, body }) {
      const given = inQuery ? readQuery(query as Raw, fields) : body === undefined ? {} : body;
      if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
      const named = parameters.map(({ name, field }) => [field, (params as Raw)[name]] as const);
      return { ...given, ...Object.fromEntries(named) };
    },
    isWithin: (output, { params }) =>
      beyond.every(({ name, field }) => (output as Raw)[field] === (params as Raw)[name]),
  };
}

type Known = z.core.$ZodTypes;

/** The schema beneath what only says that a value may be missing, or what becomes of it. */
function bare(schema: Schema): Known {
  const known = schema as Known;
  const { def } = known._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return bare(def.innerType);
    case 'pipe':
      return bare(def.in);
    default:
      return known;
  }
}

/** The fields of an object, or of each object of a union. */
function shapesOf(schema: Schema): Shape[] {
  const { def } = bare(schema)._zod;
  if (def.type === 'object') return [def.shape];
  if (def.type === 'union') return def.options.flatMap(shapesOf);
  throw new Error(`an input of type ${def.type} has no fields`);
}

function without(shape: Shape, names: readonly string[]): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([name]) => !names.includes(name)));
}

function pathShape(parameters: readonly { name: string; field: string }[], fields: Fields): Shape {
  return Object.fromEntries(parameters.map(({ name, field }) => [name, fields.get(field) ?? z.string()]));
}

function bodySchema(
  input: Schema | undefined,
  taken: readonly string[],
  rest: readonly Shape[],
): Schema | undefined {
  if (taken.length === 0) return input;
  const objects = rest.map((shape) => z.object(shape));
  return objects.length === 1 ? objects[0] : z.union(objects);
}

/** A query holds text only: what its fields are says what the text stands for. Whatever fits nothing is left as it is. */
function readQuery(query: Raw, fields: Fields): Raw {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const field = fields.get(name);
      return [name, field === undefined ? value : readText(value, bare(field))];
    }),
  );
}

function readText(value: unknown, schema: Known): unknown {
  const { def } = schema._zod;
  if (def.type === 'array') {
    const items = [value].flat().flatMap((item) => (typeof item === 'string' ? item.split(',') : [item]));
    return items.map((item) => readText(item, bare(def.element)));
  }
  if (typeof value !== 'string') return value;
  if (def.type === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (def.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
