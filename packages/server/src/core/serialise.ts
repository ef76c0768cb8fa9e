/**
 * `superjson.serialize`, with the same JSON text to the byte, and without a copy of the value where none is needed: where
 * all there is are plain objects, arrays, text, ordinary numbers, booleans, nulls and dates, each object once. JSON
 * writes a date as superjson does, so its annotation is all that is missing. Everything else is superjson's own.
 */
import superjson, { type SuperJSONResult } from 'superjson';

import { isOrdinary, isPlain } from './shape-writer.ts';

export function serialise(value: unknown): SuperJSONResult {
  const plain = new PlainValue();
  if (!plain.take(value, '')) return superjson.serialize(value);
  const { dates } = plain;
  const result = dates === undefined ? { json: value } : { json: value, meta: { values: dates, v: 1 } };
  return result as SuperJSONResult;
}

/** `superjson.stringify`. */
export const stringify = (value: unknown): string => JSON.stringify(serialise(value));

/** superjson refuses the names, escapes what is in a path, and has an order of its own for annotations under numbers. */
const UNUSUAL_KEY = /[.\\]|^\d|^(?:__proto__|constructor|prototype)$/;

/** Looks for dates in a value, and at whether it is plain. */
class PlainValue {
  /** By their path. */
  dates: Record<string, ['Date']> | undefined;
  /** superjson says which are the same; a value that contains itself is among them. */
  readonly #met = new Set<object>();

  /** False where the value is not plain. */
  take(value: unknown, path: string): boolean {
    if (typeof value !== 'object') {
      return typeof value === 'number'
        ? isOrdinary(value)
        : typeof value === 'string' || typeof value === 'boolean';
    }
    if (value === null) return true;
    if (Array.isArray(value)) return this.#isNew(value) && this.#takeItems(value, path);
    return isPlain(value) && this.#isNew(value) && this.#takeFields(value, path);
  }

  /** A date right in an array is not plain, nor is an array with holes or other properties. */
  #takeItems(array: readonly unknown[], path: string): boolean {
    if (Object.keys(array).length !== array.length) return false;
    for (let index = 0; index < array.length; index += 1) {
      if (!this.take(array[index], `${path}${index}.`)) return false;
    }
    return true;
  }

  #takeFields(object: Readonly<Record<string, unknown>>, path: string): boolean {
    for (const key in object) {
      if (UNUSUAL_KEY.test(key)) return false;
      const field = object[key];
      if (field instanceof Date) {
        if (!isUsualDate(field) || !this.#isNew(field)) return false;
        (this.dates ??= {})[path + key] = ['Date'];
      } else if (!this.take(field, typeof field === 'object' ? `${path}${key}.` : '')) return false;
    }
    return true;
  }

  #isNew(object: object): boolean {
    if (this.#met.has(object)) return false;
    this.#met.add(object);
    return true;
  }
}

const isUsualDate = (date: Date): boolean =>
  Object.getPrototypeOf(date) === Date.prototype && !Number.isNaN(date.valueOf());
