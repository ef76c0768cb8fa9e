import { LIMITS } from '@parley/contract/schemas';

import type { PrismaClient } from '../../generated/prisma/client.ts';

/** Ids of everyone in a conversation, or nobody where they are too many to be told one by one. */
export async function inboxesToTell(db: PrismaClient, conversationId: string): Promise<string[]> {
  const most = LIMITS.typingInboxParticipants;
  const rows = await db.participant.findMany({
    where: { conversationId },
    select: { userId: true },
    take: most + 1,
  });
  return rows.length > most ? [] : rows.map(({ userId }) => userId);
}
