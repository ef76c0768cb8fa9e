import { Refusal } from './refusal.ts';

/** An opaque cursor that holds what the next page begins after. */
export function encodeCursor(...parts: (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
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
