import type { Page } from '@parley/contract';
import { Refusal } from '@parley/server/rules';

/** An opaque cursor that holds where the next page begins. */
const encodeCursor = (...parts: (string | number)[]): string =>
  btoa(encodeURIComponent(JSON.stringify(parts)));

/** The parts of a cursor made by {@link encodeCursor}. Throws `invalid_cursor` when it is not one of `count` parts. */
export function decodeCursor(cursor: string, count: number): (string | number)[] {
  try {
    const parts: unknown = JSON.parse(decodeURIComponent(atob(cursor)));
    const isPart = (part: unknown) => typeof part === 'string' || Number.isSafeInteger(part);
    if (Array.isArray(parts) && parts.length === count && parts.every(isPart)) {
      return parts as (string | number)[];
    }
  } catch {
    // No cursor at all: refused below like that of another list.
  }
  throw new Refusal('invalid_cursor');
}

/** The first `limit` of what is left of a list, with the cursor that the next page begins after. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  {
    limit,
    show,
    placeOf,
  }: { limit: number; show: (row: Row) => Item; placeOf: (row: Row) => (string | number)[] },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(show),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(...placeOf(last)) : null,
  };
}
