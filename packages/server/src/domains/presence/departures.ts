import { sharedRead } from '../../core/shared-read.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { saveLastSeen } from './store.ts';

/** People who have left that one write remembers. */
const LEAVERS_SAVED = 250;

/** A person, and when they left in ms since 1970. An id has no space in it. */
type Left = `${string} ${number}`;

/** Remembers when somebody left. Those who leave at about the same time share a write, as those who come share a read. */
export function createDepartures(db: PrismaClient): (userId: string, at: Date) => Promise<void> {
  const save = sharedRead((left: readonly Left[]) => saveLeft(db, left), { maxKeys: LEAVERS_SAVED });
  return async (userId, at) => void (await save(`${userId} ${at.getTime()}`));
}

/** Each person leaves once at a time. */
async function saveLeft(db: PrismaClient, left: readonly Left[]): Promise<Map<Left, true>> {
  await saveLastSeen(
    db,
    new Map(
      left.map((one) => {
        const [id = '', at] = one.split(' ');
        return [id, Number(at)];
      }),
    ),
  );
  return new Map(left.map((one) => [one, true]));
}
