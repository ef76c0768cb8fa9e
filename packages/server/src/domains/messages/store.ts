import type { Participant, Prisma, Reaction } from '../../generated/prisma/client.ts';
import { WITH_REACTIONS, type MessageRow } from '../conversations/message-row.ts';

type Db = Prisma.TransactionClient;

/** The message that the same caller has sent with the same `clientId`, if any. */
export const findSent = (db: Db, userId: string, clientId: string): Promise<MessageRow | null> =>
  db.message.findUnique({ where: { userId_clientId: { userId, clientId } }, include: WITH_REACTIONS });

/** Messages of a conversation with a seq from `least` to `most`, in the direction asked for. */
export const listMessageRows = (
  db: Db,
  conversationId: string,
  {
    least,
    most,
    direction,
    limit,
  }: { least: number; most: number | undefined; direction: 'older' | 'newer'; limit: number },
): Promise<MessageRow[]> =>
  db.message.findMany({
    where: { conversationId, seq: { gte: least, ...(most !== undefined && { lte: most }) } },
    orderBy: { seq: direction === 'older' ? 'desc' : 'asc' },
    take: limit,
    include: WITH_REACTIONS,
  });

/** The seq of a message of a conversation that a participant may see. Found by its id alone: that is one row at most. */
export async function findSeq(
  db: Db,
  id: string,
  { conversationId, above }: { conversationId: string; above: bigint },
): Promise<number | undefined> {
  const row = await db.message.findUnique({ where: { id }, select: { conversationId: true, seq: true } });
  return row?.conversationId === conversationId && row.seq > above ? Number(row.seq) : undefined;
}

/** A message with the membership of a person who may see it. */
export async function findVisible(
  db: Db,
  id: string,
  userId: string,
): Promise<{ message: MessageRow; participant: Participant } | undefined> {
  const row = await db.message.findUnique({
    where: { id },
    include: {
      ...WITH_REACTIONS,
      conversation: { select: { participants: { where: { userId } } } },
    },
  });
  if (row === null) return undefined;
  const { conversation, ...message } = row;
  const [participant] = conversation.participants;
  return participant === undefined || message.seq <= participant.joinedSeq
    ? undefined
    : { message, participant };
}

/** Ids of the participants who may see a message. */
export async function whoMaySee(
  db: Db,
  { conversationId, seq }: { conversationId: string; seq: bigint },
): Promise<string[]> {
  const rows = await db.participant.findMany({
    where: { conversationId, joinedSeq: { lt: seq } },
    select: { userId: true },
  });
  return rows.map(({ userId }) => userId);
}

export const setContent = (
  db: Db,
  id: string,
  data: { content: string; editedAt: Date },
): Promise<MessageRow> => db.message.update({ where: { id }, data, include: WITH_REACTIONS });

/** Keeps the place of a message, and nothing that anyone has put there. */
export const emptyMessage = (db: Db, id: string, deletedAt: Date): Promise<MessageRow> =>
  db.message.update({
    where: { id },
    data: { content: '', attachments: [], deletedAt, reactions: { deleteMany: {} } },
    include: WITH_REACTIONS,
  });

export type ReactionRow = Pick<Reaction, 'userId' | 'emoji' | 'emojiSeq'>;

export const reactionsTo = (db: Db, messageId: string): Promise<ReactionRow[]> =>
  db.reaction.findMany({ where: { messageId }, select: { userId: true, emoji: true, emojiSeq: true } });

export const insertReaction = (db: Db, data: Reaction) => db.reaction.create({ data });

export const removeReaction = (db: Db, key: Pick<Reaction, 'messageId' | 'emoji' | 'userId'>) =>
  db.reaction.delete({ where: { messageId_emoji_userId: key } });
