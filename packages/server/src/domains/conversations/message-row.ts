/** Message rows as the contract shows them. Here and not with the messages, since a list of conversations shows the last. */
import type { Message, PostedMessage } from '@parley/contract';

import type { Prisma } from '../../generated/prisma/client.ts';
import { AUTHOR_COLUMNS, toAuthor } from '../users/person.ts';

export const WITH_AUTHOR = { user: { select: AUTHOR_COLUMNS } } satisfies Prisma.MessageInclude;

export type MessageRow = Prisma.MessageGetPayload<{ include: typeof WITH_AUTHOR }>;

/** What the `message` event carries. */
export function toPosted(row: MessageRow): PostedMessage {
  const { id, conversationId, userId, content, attachments, replyToId, clientId, createdAt } = row;
  return {
    id,
    seq: Number(row.seq),
    conversationId,
    userId,
    user: toAuthor(row.user),
    content,
    attachments,
    replyToId,
    clientId,
    createdAt,
  };
}

export const toMessage = (row: MessageRow): Message => ({
  ...toPosted(row),
  editedAt: row.editedAt,
  deletedAt: row.deletedAt,
});

export async function messagesById(
  db: Prisma.TransactionClient,
  ids: readonly string[],
): Promise<Map<string, Message>> {
  const rows = await db.message.findMany({ where: { id: { in: [...ids] } }, include: WITH_AUTHOR });
  return new Map(rows.map((row) => [row.id, toMessage(row)]));
}
