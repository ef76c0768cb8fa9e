import type { Prisma } from '../../generated/prisma/client.ts';
import { WITH_AUTHOR, WITH_REACTIONS, type MessageRow } from '../conversations/message-row.ts';

type Db = Prisma.TransactionClient;

export const insertMessage = (db: Db, data: Prisma.MessageUncheckedCreateInput): Promise<MessageRow> =>
  db.message.create({ data, include: WITH_AUTHOR });

/** The message that the same caller has sent with the same `clientId`, if any. */
export const findSent = (db: Db, userId: string, clientId: string): Promise<MessageRow | null> =>
  db.message.findUnique({ where: { userId_clientId: { userId, clientId } }, include: WITH_REACTIONS });

/** Messages of a conversation with a seq in an open interval, in the direction asked for. */
export const listMessageRows = (
  db: Db,
  conversationId: string,
  {
    above,
    below,
    direction,
    limit,
  }: { above: number; below: number | undefined; direction: 'older' | 'newer'; limit: number },
): Promise<MessageRow[]> =>
  db.message.findMany({
    where: { conversationId, seq: { gt: above, ...(below !== undefined && { lt: below }) } },
    orderBy: { seq: direction === 'older' ? 'desc' : 'asc' },
    take: limit,
    include: WITH_REACTIONS,
  });

/** Whether a conversation has a message that a participant may see. */
export async function hasMessage(
  db: Db,
  id: string,
  { conversationId, above }: { conversationId: string; above: bigint },
): Promise<boolean> {
  const row = await db.message.findFirst({
    where: { id, conversationId, seq: { gt: above } },
    select: { id: true },
  });
  return row !== null;
}

/** Counts a message as unread for everyone but its author; returns each with the new count. */
export const countUnread = (db: Db, conversationId: string, authorId: string) =>
  db.participant.updateManyAndReturn({
    where: { conversationId, userId: { not: authorId } },
    data: { unreadCount: { increment: 1 } },
    select: { userId: true, unreadCount: true },
  });
