import type { Participant, Prisma } from '../../generated/prisma/client.ts';

/** What is read has been delivered. The room must be open: a message sent meanwhile would be miscounted. */
export async function moveReadWatermark(
  tx: Prisma.TransactionClient,
  { conversationId, userId, joinedSeq, deliveredSeq }: Participant,
  { seq, readAt }: { seq: number; readAt: Date },
): Promise<{ unreadCount: number }> {
  const unreadCount = await tx.message.count({
    where: { conversationId, seq: { gt: Math.max(seq, Number(joinedSeq)) }, userId: { not: userId } },
  });
  await tx.participant.update({
    where: { conversationId_userId: { conversationId, userId } },
    data: {
      readSeq: seq,
      readAt,
      unreadCount,
      ...(Number(deliveredSeq) < seq && { deliveredSeq: seq, deliveredAt: readAt }),
    },
  });
  return { unreadCount };
}
