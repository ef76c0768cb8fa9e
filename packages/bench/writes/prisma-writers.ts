// What Prisma's users write with: its interactive transaction, and one statement of one's own.
import { PrismaPg } from '@prisma/adapter-pg';
import { v7 } from 'uuid';

import { PrismaClient, type Prisma } from '../../server/src/generated/prisma/client.ts';
import { WHOLE_SEND } from './statements.ts';
import type { Town } from './town.ts';
import { POOL_SIZE, type OpenWriter } from './writer.ts';

/** Long enough for 64 at once in one room: none fails, each only waits. */
const WAIT = { maxWait: 60_000, timeout: 60_000 };

export const openTransactionWriter: OpenWriter = (town) => {
  const prisma = open(town);
  return Promise.resolve({
    send: ({ id: conversationId, author: userId }, { clientId, content }) =>
      prisma.$transaction(async (tx) => {
        const room = await tx.topic.update({
          where: { id: `c:${conversationId}` },
          data: { head: { increment: 1 } },
        });
        await tx.participant.findUniqueOrThrow({
          where: { conversationId_userId: { conversationId, userId } },
        });
        const [seq, at] = [Number(room.head), new Date()];
        const { id: messageId } = await tx.message.create({
          data: { id: v7(), conversationId, seq, userId, content, attachments: [], clientId, createdAt: at },
        });
        await tx.conversation.update({ where: { id: conversationId }, data: { activityAt: at } });
        const entries: Prisma.LogEntryCreateManyInput[] = [
          { topic: room.id, seq, type: 'message', refs: { messageId }, at },
        ];
        const others = await tx.participant.updateManyAndReturn({
          where: { conversationId, userId: { not: userId } },
          data: { unreadCount: { increment: 1 } },
          select: { userId: true, unreadCount: true },
        });
        for (const { userId: reader, unreadCount } of others) {
          const inbox = await tx.topic.upsert({
            where: { id: `u:${reader}` },
            create: { id: `u:${reader}`, head: 1 },
            update: { head: { increment: 1 } },
          });
          const refs = { conversationId, seq, messageId, unreadCount };
          entries.push({ topic: inbox.id, seq: inbox.head, type: 'new-message', refs, at });
        }
        await tx.logEntry.createMany({ data: entries });
        return { seq };
      }, WAIT),
  });
};

export const openStatementWriter: OpenWriter = (town) => {
  const prisma = open(town);
  return Promise.resolve({
    async send({ id, author }, { clientId, content }) {
      const values = [v7(), id, author, content, clientId];
      const [row] = await prisma.$queryRawUnsafe<{ seq: number }[]>(WHOLE_SEND, ...values);
      if (row === undefined) throw new Error(`${author} may not write in ${id}`);
      return row;
    },
  });
};

/** As Prisma's documentation connects it; the embedded database has one connection, and so one client. */
function open({ place: { databaseUrl }, database }: Town): PrismaClient {
  if (databaseUrl === undefined) return database.prisma;
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl, max: POOL_SIZE, options: '-c TimeZone=UTC' }),
  });
}
