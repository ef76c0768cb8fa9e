import { rowsOf } from '../../core/rows.ts';
import { roomTopic } from '../../core/topics.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';

/** How far somebody has come in a room. */
export interface Mark {
  conversationId: string;
  userId: string;
  /** Infinity for everything that is there. */
  upToSeq: number;
}

export interface ReadMove {
  outcome: 'moved';
  seq: number;
  /** The head of the room when it moved. */
  head: number;
  /** Milliseconds since 1970, by the database's clock. */
  at: number;
  unread: number;
}

/** `same`: it is there already, since `at`. */
export type ReadOutcome = ReadMove | { outcome: 'same'; at: number } | { outcome: 'not_a_participant' };
export type ReadRow = ReadOutcome | { outcome: 'busy' };

/**
 * Moves read watermarks, and the delivered ones that are behind them, to what is asked or the head, where that is
 * forward: by a function in the database (see the migration that makes it). One row for each mark, in their order.
 *
 * @param wait for rooms that are locked; else their marks are `busy`
 */
export async function moveReadWatermarks(
  db: PrismaClient,
  marks: readonly Mark[],
  wait: boolean,
): Promise<ReadRow[]> {
  // JSON has no Infinity: it is null there.
  const items = marks.map(({ conversationId: room, userId: person, upToSeq: seq }) => ({
    room,
    person,
    seq,
  }));
  const topics = [...new Set(marks.map(({ conversationId }) => roomTopic(conversationId)))];
  const moved = await rowsOf<{
    rows: ReadRow[];
  }>(db)`SELECT mark_read(${JSON.stringify(items)}::json, ${topics}::text[], ${wait}) AS rows`;
  return moved.flatMap(({ rows }) => rows);
}

/** `not_moved`: it is there already, or nobody's. */
export type DeliveredOutcome = DeliveredMove | 'not_moved';

export interface DeliveredMove {
  deliveredSeq: bigint;
  deliveredAt: Date;
  /** The head of the room when it moved. */
  head: bigint;
}

/**
 * Moves a participant's delivered watermark to `upToSeq` or the head, where that is forward. One statement, so it needs
 * no turn at the room: the row is looked at again when another has changed it meanwhile.
 */
export async function moveDeliveredWatermark(
  db: PrismaClient,
  { conversationId, userId, upToSeq }: Mark,
): Promise<DeliveredOutcome> {
  const [moved] = await rowsOf<DeliveredMove>(db)`
    UPDATE "Participant" p
    SET "deliveredSeq" = LEAST(${upToSeq}::bigint, t.head),
        "deliveredAt" = date_trunc('milliseconds', clock_timestamp())
    FROM "Topic" t
    WHERE t.id = ${roomTopic(conversationId)}
      AND p."conversationId" = ${conversationId} AND p."userId" = ${userId}
      AND p."deliveredSeq" < LEAST(${upToSeq}::bigint, t.head)
    RETURNING p."deliveredSeq", p."deliveredAt", t.head`;
  return moved ?? 'not_moved';
}

interface LookedAt extends DeliveredMove {
  /** From 1. */
  place: bigint;
  /** Else there is no move. */
  isMoved: boolean;
}

/**
 * The same for many, no two of one person in one room. A row that somebody else holds is passed over: whoever holds
 * several waits for none.
 *
 * @returns by their place those that were not passed over, and are somebody's
 */
export async function moveDeliveredWatermarks(
  db: PrismaClient,
  marks: readonly Mark[],
): Promise<Map<number, DeliveredOutcome>> {
  const rooms = marks.map(({ conversationId }) => conversationId);
  const people = marks.map(({ userId }) => userId);
  const seqs = marks.map(({ upToSeq }) => BigInt(upToSeq));
  const rows = await rowsOf<LookedAt>(db)`
    WITH held AS MATERIALIZED (
      SELECT asked.place, p."conversationId", p."userId", t.head, LEAST(asked.seq, t.head) AS seq
      FROM unnest((SELECT ${rooms}::text[]), (SELECT ${people}::text[]), (SELECT ${seqs}::bigint[]))
        WITH ORDINALITY AS asked (room, person, seq, place)
      JOIN "Participant" p ON p."conversationId" = asked.room AND p."userId" = asked.person
      JOIN "Topic" t ON t.id = 'c:' || asked.room
      FOR NO KEY UPDATE OF p SKIP LOCKED
    ),
    moved AS (
      UPDATE "Participant" p
      SET "deliveredSeq" = held.seq, "deliveredAt" = date_trunc('milliseconds', clock_timestamp())
      FROM held
      WHERE p."conversationId" = held."conversationId" AND p."userId" = held."userId"
        AND p."deliveredSeq" < held.seq
      RETURNING held.place, p."deliveredSeq", p."deliveredAt", held.head
    )
    SELECT held.place, moved.place IS NOT NULL AS "isMoved", moved."deliveredSeq", moved."deliveredAt", moved.head
    FROM held LEFT JOIN moved ON moved.place = held.place`;
  return new Map(
    rows.map(({ place, isMoved, ...move }) => [Number(place) - 1, isMoved ? move : 'not_moved']),
  );
}
