import type { Unread } from '@parley/contract';

import type { PrismaClient } from '../../generated/prisma/client.ts';

/** The seq up to which a person may see nothing, by conversation; those are left out where they are not in. */
export async function joinedSeqs(
  db: PrismaClient,
  userId: string,
  conversationIds: string[],
): Promise<Map<string, number>> {
  const rows = await db.participant.findMany({
    where: { userId, conversationId: { in: conversationIds } },
    select: { conversationId: true, joinedSeq: true },
  });
  return new Map(rows.map((row) => [row.conversationId, Number(row.joinedSeq)]));
}

/** One query, whatever the number of conversations. */
export async function unread(db: PrismaClient, userId: string): Promise<Unread> {
  const { _sum, _count } = await db.participant.aggregate({
    where: { userId, unreadCount: { gt: 0 } },
    _sum: { unreadCount: true },
    _count: true,
  });
  return { messages: _sum.unreadCount ?? 0, conversations: _count };
}
