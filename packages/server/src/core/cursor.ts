import { Refusal } from './refusal.ts';

/** Years that PostgreSQL and a `Date` write alike. */
const ISO_TIME = /^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** An opaque cursor that holds what the next page begins after. */
export function encodeCursor(...parts: (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** A place in a list in which no two have the same time and id. */
export interface Place {
  at: Date;
  id: string;
}

/** The parts of a cursor made by {@link encodeCursor}. Throws `invalid_cursor` when it is not one of `count` parts. */
export function decodeCursor(cursor: string, count: number): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === count) {
      const known = parts.filter((part) => typeof part === 'string' || typeof part === 'number');
      if (known.length === count && known.every((part) => !String(part).includes('\0')))
        return known.map(String);
    }
  } catch {
    // Not base64 of JSON: refused below like every other foreign cursor.
  }
  throw new Refusal('invalid_cursor');
}

/** The place in a cursor made of a time as `toISOString` writes it, in the years 1000 to 9999, and an id. Throws `invalid_cursor`. */
export function decodePlace(cursor: string): Place {
  const [time = '', id = ''] = decodeCursor(cursor, 2);
  const at = new Date(ISO_TIME.test(time) ? time : Number.NaN);
  if (Number.isNaN(at.getTime())) throw new Refusal('invalid_cursor');
  return { at, id };
}
