import { rowsOf } from '../../core/rows.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';

/** Conversations and people told of one person's presence at the most: those with the newest activity. */
const AUDIENCE_ROOMS = 1_000;
export const AUDIENCE_PEOPLE = 5_000;

/** Who is told of one person's presence, and when that person was last seen. */
export interface Audience {
  lastSeenAt: Date | null;
  /** Ids of conversations: those of the person, … */
  rooms: string[];
  /** … and ids of the people in them but that person. */
  people: string[];
}

/**
 * Of people by their ids, in one query: many come at once when a node is started again. `OFFSET 0` says that people and
 * conversations are looked up one at a time: for somebody with three conversations PostgreSQL read all there are.
 */
export async function audiencesOf(
  db: PrismaClient,
  userIds: readonly string[],
): Promise<Map<string, Audience>> {
  const rows = await rowsOf<Audience & { id: string }>(db)`
    SELECT u.id, u."lastSeenAt", coalesce(own.rooms, '{}') AS rooms, ARRAY(
      SELECT p."userId" FROM unnest(own.rooms, own.times) AS room (id, at)
      JOIN "Participant" p ON p."conversationId" = room.id
      WHERE p."userId" <> u.id
      GROUP BY p."userId" ORDER BY max(room.at) DESC, p."userId" LIMIT ${AUDIENCE_PEOPLE}
    ) AS people
    FROM unnest((SELECT ${[...userIds]}::text[])) AS asked (id)
    CROSS JOIN LATERAL (SELECT id, "lastSeenAt" FROM "User" WHERE id = asked.id OFFSET 0) u
    CROSS JOIN LATERAL (
      SELECT array_agg(id) AS rooms, array_agg(at) AS times FROM (
        SELECT c.id, c."activityAt" AS at FROM "Participant" p
        CROSS JOIN LATERAL (SELECT id, "activityAt" FROM "Conversation" WHERE id = p."conversationId" OFFSET 0) c
        WHERE p."userId" = u.id ORDER BY c."activityAt" DESC LIMIT ${AUDIENCE_ROOMS}
      ) newest OFFSET 0
    ) own`;
  return new Map(rows.map(({ id, ...audience }) => [id, audience]));
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

/** When people were last seen, in ms since 1970. */
export type LastSeen = ReadonlyMap<string, number>;

/** Never back: of a node that died it is known only when its lease ended. */
export async function saveLastSeen(db: PrismaClient, seen: LastSeen): Promise<void> {
  const times = [...seen.values()].map(BigInt);
  // Locked in one order: two nodes that save the same people do not wait for one another.
  await db.$executeRaw`
    WITH seen AS (
      SELECT id, to_timestamp(ms / 1000.0) AS at FROM unnest(${[...seen.keys()]}::text[], ${times}::bigint[]) AS asked (id, ms)
    ), locked AS (
      SELECT u.id, seen.at FROM "User" u JOIN seen ON seen.id = u.id
      WHERE u."lastSeenAt" IS NULL OR u."lastSeenAt" < seen.at
      ORDER BY u.id FOR NO KEY UPDATE OF u
    )
    UPDATE "User" u SET "lastSeenAt" = locked.at FROM locked WHERE u.id = locked.id`;
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
