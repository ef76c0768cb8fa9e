import type { Presence } from '@parley/contract';
import type { GetPresence } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Person, World } from '../world.ts';

/** Whether people that one shares a conversation with are online; others are left out. */
export function presenceOf(
  world: World,
  caller: Person,
  { userIds }: output<typeof GetPresence>,
): Presence[] {
  const visible = new Set([
    caller.id,
    ...world.talksOf(caller.id).flatMap(({ members }) => [...members.keys()]),
  ]);
  return [...new Set(userIds)].flatMap((userId) => {
    const person = visible.has(userId) ? world.people.get(userId) : undefined;
    return person === undefined
      ? []
      : [{ userId, online: world.roster.isOnline(userId), lastSeenAt: person.lastSeenAt }];
  });
}
