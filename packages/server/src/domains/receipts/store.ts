import { roomTopic } from '../../core/topics.ts';
import type { Participant, Prisma } from '../../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

/** What is read has been delivered. The room must be open: a message sent meanwhile would be miscounted. */
export async function moveReadWatermark(
  tx: Db,
  { conversationId, userId, joinedSeq }: Participant,
  { seq, readAt }: { seq: number; readAt: Date },
): Promise<{ unreadCount: number }> {
  const unreadCount = await tx.message.count({
    where: { conversationId, seq: { gt: Math.max(seq, Number(joinedSeq)) }, userId: { not: userId } },
  });
  await tx.participant.update({
    where: { conversationId_userId: { conversationId, userId } },
    data: { readSeq: seq, readAt, unreadCount },
  });
  // Its watermark moves without the room, so it may have passed this one meanwhile.
  await tx.participant.updateMany({
    where: { conversationId, userId, deliveredSeq: { lt: seq } },
    data: { deliveredSeq: seq, deliveredAt: readAt },
  });
  return { unreadCount };
}

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
  db: Db,
  { conversationId, userId, upToSeq }: { conversationId: string; userId: string; upToSeq: number },
): Promise<DeliveredMove | undefined> {
  const [moved] = await db.$queryRaw<DeliveredMove[]>`
    UPDATE "Participant" p
    SET "deliveredSeq" = LEAST(${upToSeq}::bigint, t.head),
        "deliveredAt" = date_trunc('milliseconds', clock_timestamp())
    FROM "Topic" t
    WHERE t.id = ${roomTopic(conversationId)}
      AND p."conversationId" = ${conversationId} AND p."userId" = ${userId}
      AND p."deliveredSeq" < LEAST(${upToSeq}::bigint, t.head)
    RETURNING p."deliveredSeq", p."deliveredAt", t.head`;
  return moved;
}
