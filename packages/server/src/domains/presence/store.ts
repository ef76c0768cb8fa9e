import type { PrismaClient } from '../../generated/prisma/client.ts';

/** Conversations and people told of one person's presence at the most: those with the newest activity. */
const AUDIENCE_ROOMS = 1_000;
export const AUDIENCE_PEOPLE = 5_000;

/** Who is told of one person's presence. */
export interface Audience {
  /** Ids of conversations. */
  rooms: string[];
  /** Ids of people. */
  people: string[];
}

/** The conversations of a person, and the people in them but that person. */
export async function audienceOf(db: PrismaClient, userId: string): Promise<Audience> {
  const rows = await db.participant.findMany({
    where: { userId },
    orderBy: { conversation: { activityAt: 'desc' } },
    take: AUDIENCE_ROOMS,
    select: { conversationId: true },
  });
  const rooms = rows.map((row) => row.conversationId);
  const people = await db.$queryRaw<{ userId: string }[]>`
    SELECT p."userId" FROM "Participant" p JOIN "Conversation" c ON c.id = p."conversationId"
    WHERE p."conversationId" = ANY(${rooms}::text[]) AND p."userId" <> ${userId}
    GROUP BY p."userId" ORDER BY max(c."activityAt") DESC, p."userId" LIMIT ${AUDIENCE_PEOPLE}`;
  return { rooms, people: people.map((row) => row.userId) };
}

/** Those of `userIds` that share a conversation with a person, that person included, with when each was last seen. */
export const visiblePeople = (db: PrismaClient, userId: string, userIds: readonly string[]) =>
  db.user.findMany({
    where: {
      id: { in: [...userIds] },
      OR: [
        { id: userId },
        { participants: { some: { conversation: { participants: { some: { userId } } } } } },
      ],
    },
    select: { id: true, lastSeenAt: true },
  });

export async function lastSeenOf(db: PrismaClient, userId: string): Promise<Date | null> {
  const row = await db.user.findUnique({ where: { id: userId }, select: { lastSeenAt: true } });
  return row?.lastSeenAt ?? null;
}

/** Never back: of a node that died it is known only when its lease ended. */
export async function saveLastSeen(db: PrismaClient, userIds: readonly string[], at: Date): Promise<void> {
  await db.user.updateMany({
    where: { id: { in: [...userIds] }, OR: [{ lastSeenAt: null }, { lastSeenAt: { lt: at } }] },
    data: { lastSeenAt: at },
  });
}

export async function usernamesOf(
  db: PrismaClient,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const people = await db.user.findMany({
    where: { id: { in: [...new Set(userIds)] } },
    select: { id: true, username: true },
  });
  return new Map(people.map(({ id, username }) => [id, username]));
}
