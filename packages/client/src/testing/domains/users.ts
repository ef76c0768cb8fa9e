import type { Author, UserPage, UserSummary } from '@parley/contract';
import type { SearchUsers } from '@parley/contract/schemas';
import { usernameKey } from '@parley/server/rules';
import type { output } from 'zod';

import { decodeCursor, pageOf } from '../cursor.ts';
import type { Person, World } from '../world.ts';

export const summaryOf = ({ user: { id, username, avatar, displayName } }: Person): UserSummary => ({
  id,
  username,
  displayName,
  avatar,
});

export const authorOf = ({ user: { id, username, avatar } }: Person): Author => ({ id, username, avatar });

/** People whose username or display name contains the query, by username; not oneself. */
export function searchUsers(
  { people }: World,
  caller: Person,
  { query, cursor, limit }: output<typeof SearchUsers>,
): UserPage {
  const keyOf = ({ user }: Person) => usernameKey(user.username);
  const last = cursor === undefined ? undefined : people.get(String(decodeCursor(cursor, 1)[0]));
  const after = last === undefined ? '' : keyOf(last);
  const wanted = query.trim();
  const matches = (person: Person) =>
    keyOf(person).includes(usernameKey(wanted)) ||
    person.user.displayName?.toLowerCase().includes(wanted.toLowerCase()) === true;
  const found = [...people.values()]
    .filter((person) => wanted !== '' && person !== caller && keyOf(person) > after && matches(person))
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return pageOf(found, { limit, show: summaryOf, placeOf: ({ id }) => [id] });
}
