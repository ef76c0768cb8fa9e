/**
 * `superjson.serialize`, with the same JSON text to the byte, and without a copy of the value where none is needed: where
 * all there is are plain objects, arrays, text, ordinary numbers, booleans, nulls and dates, each object once. JSON
 * writes a date as superjson does, so its annotation is all that is missing. Everything else is superjson's own.
 */
import superjson, { type SuperJSONResult } from 'superjson';

import { isOrdinary, isPlain } from './shape-writer.ts';

export function serialise(value: unknown): SuperJSONResult {
  const found: Found = { dates: undefined, met: new Set() };
  if (!isPlainThroughout(value, '', found)) return superjson.serialize(value);
  const { dates } = found;
  const result = dates === undefined ? { json: value } : { json: value, meta: { values: dates, v: 1 } };
  return result as SuperJSONResult;
}

/** superjson refuses the names, escapes what is in a path, and has an order of its own for annotations under numbers. */
const UNUSUAL_KEY = /[.\\]|^\d|^(?:__proto__|constructor|prototype)$/;

interface Found {
  /** Annotations of dates by their path. */
  dates: Record<string, ['Date']> | undefined;
  /** superjson says which are the same; a value that contains itself is among them. */
  met: Set<object>;
}

/** Looks for dates on the way. */
function isPlainThroughout(value: unknown, path: string, found: Found): boolean {
  if (typeof value === 'number') return isOrdinary(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (Array.isArray(value)) return isNew(value, found) && arePlain(value, path, found);
  return isPlain(value) && isNew(value, found) && hasPlainFields(value, path, found);
}

/** A date right in an array is not plain, nor is an array with holes or other properties. */
function arePlain(items: readonly unknown[], path: string, found: Found): boolean {
  if (Object.keys(items).length !== items.length) return false;
  for (let index = 0; index < items.length; index += 1) {
    if (!isPlainThroughout(items[index], `${path}${index}.`, found)) return false;
  }
  return true;
}

function hasPlainFields(object: Readonly<Record<string, unknown>>, path: string, found: Found): boolean {
  for (const key in object) {
    if (UNUSUAL_KEY.test(key)) return false;
    const field = object[key];
    if (field instanceof Date) {
      if (!isUsualDate(field) || !isNew(field, found)) return false;
      (found.dates ??= {})[path + key] = ['Date'];
    } else if (!isPlainThroughout(field, typeof field === 'object' ? `${path}${key}.` : '', found)) {
      return false;
    }
  }
  return true;
}

function isNew(object: object, { met }: Found): boolean {
  if (met.has(object)) return false;
  met.add(object);
  return true;
}

const isUsualDate = (date: Date): boolean =>
  Object.getPrototypeOf(date) === Date.prototype && !Number.isNaN(date.valueOf());
