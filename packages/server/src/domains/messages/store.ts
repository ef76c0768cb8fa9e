import type { Message } from '@parley/contract';

import { Prisma, type Participant, type Reaction } from '../../generated/prisma/client.ts';
import { toMessage, WITH_REACTIONS, type MessageRow } from '../conversations/message-row.ts';

type Db = Prisma.TransactionClient;

/**
 * Messages as `WITH_REACTIONS` reads them, in one statement, which goes on with where it has `m` from: Prisma asks each
 * table by itself, once it has what the one before has said. Authors are looked up and not joined, since a plan for any
 * values would join them to everybody.
 */
const SELECT_MESSAGES = Prisma.sql`
  SELECT m.id, m."conversationId", m.seq, m."userId", m.content, coalesce(m.attachments, '{}') AS attachments,
    m."replyToId", m."clientId", m."createdAt", m."editedAt", m."deletedAt", (
      SELECT json_build_object('id', u.id, 'username', u.username, 'avatar', u.avatar)
      FROM "User" u WHERE u.id = m."userId"
    ) AS user, (
      SELECT coalesce(json_agg(json_build_object('emoji', r.emoji, 'userId', r."userId") ORDER BY r."emojiSeq", r.seq), '[]')
      FROM "Reaction" r WHERE r."messageId" = m.id
    ) AS reactions`;

/** The message that the same caller has sent with the same `clientId`, if any. */
export const findSent = (db: Db, userId: string, clientId: string): Promise<MessageRow | null> =>
  db.message.findUnique({ where: { userId_clientId: { userId, clientId } }, include: WITH_REACTIONS });

/** Messages of a conversation with a seq from `least` to `most`, in the direction asked for. */
export const listMessageRows = (
  db: Db,
  conversationId: string,
  {
    least,
    most = Number.MAX_SAFE_INTEGER,
    direction,
    limit,
  }: { least: number; most: number | undefined; direction: 'older' | 'newer'; limit: number },
): Promise<MessageRow[]> =>
  db.$queryRaw<MessageRow[]>`${SELECT_MESSAGES}
    FROM "Message" m WHERE m."conversationId" = ${conversationId} AND m.seq BETWEEN ${least} AND ${most}
    ORDER BY m.seq ${direction === 'older' ? Prisma.sql`DESC` : Prisma.sql`ASC`} LIMIT ${limit}`;

export async function messagesById(db: Db, ids: readonly string[]): Promise<Map<string, Message>> {
  const rows = await db.$queryRaw<MessageRow[]>`${SELECT_MESSAGES}
    FROM unnest((SELECT ${[...ids]}::text[])) AS asked (id)
    CROSS JOIN LATERAL (SELECT * FROM "Message" WHERE id = asked.id OFFSET 0) m`;
  return new Map(rows.map((row) => [row.id, toMessage(row)]));
}

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
