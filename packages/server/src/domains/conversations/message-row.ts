/** Message rows as the contract shows them. Here and not with the messages, since a list of conversations shows the last. */
import type { Message, MessageReaction, PostedMessage } from '@parley/contract';

import { groupBy } from '../../core/group-by.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { AUTHOR_COLUMNS, toAuthor } from '../users/person.ts';

export const WITH_AUTHOR = { user: { select: AUTHOR_COLUMNS } } satisfies Prisma.MessageInclude;

/** What a message is read with; a new one has no reactions to read. */
export const WITH_REACTIONS = {
  ...WITH_AUTHOR,
  reactions: {
    select: { emoji: true, userId: true },
    orderBy: [{ emojiSeq: 'asc' }, { seq: 'asc' }],
  },
} satisfies Prisma.MessageInclude;

export type MessageRow = Prisma.MessageGetPayload<{ include: typeof WITH_AUTHOR }> & {
  reactions?: { emoji: string; userId: string }[];
};

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
  reactions: byEmoji(row.reactions ?? []),
  editedAt: row.editedAt,
  deletedAt: row.deletedAt,
});

function byEmoji(rows: readonly { emoji: string; userId: string }[]): MessageReaction[] {
  const groups = groupBy(rows, ({ emoji }) => emoji);
  return [...groups].map(([emoji, group]) => ({ emoji, userIds: group.map(({ userId }) => userId) }));
}
