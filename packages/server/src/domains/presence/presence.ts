import type { Presence } from '@parley/contract';

import type { Caller } from '../../core/caller.ts';
import type { Services } from '../../core/services.ts';
import { visiblePeople } from './store.ts';

/** Whether people that one shares a conversation with are online; others are left out. */
export async function presenceOf(
  { db, peopleOnline }: Services,
  caller: Caller,
  { userIds }: { userIds: readonly string[] },
): Promise<Presence[]> {
  const people = await visiblePeople(db, caller.id, userIds);
  const online = await peopleOnline.online(people.map((person) => person.id));
  return people.map(({ id, lastSeenAt }) => ({ userId: id, online: online.has(id), lastSeenAt }));
}
