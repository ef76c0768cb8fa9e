import type { UserPage } from '@parley/contract';
import type { SearchUsers } from '@parley/contract/schemas';
import type { z } from 'zod';

import type { Caller } from '../../core/caller.ts';
import { decodeCursor, encodeCursor } from '../../core/cursor.ts';
import type { Services } from '../../core/services.ts';
import { toSummary } from './person.ts';
import { searchUsers } from './store.ts';

/** People to talk to, by username; not oneself, and nobody who is disabled. Nothing but spaces finds nobody. */
export async function search(
  { db }: Services,
  caller: Caller,
  { query, cursor, limit }: z.output<typeof SearchUsers>,
): Promise<UserPage> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
  const wanted = query.trim();
  if (wanted === '') return { items: [], nextCursor: null };
  const rows = await searchUsers(db, { query: wanted, exceptId: caller.id, after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(toSummary),
    nextCursor: last === undefined ? null : encodeCursor(last.usernameKey),
  };
}
