/**
 * A page of a person's list: one statement, whatever the number of conversations and of people in them. It begins with
 * the person's own memberships: in the order of activity alone PostgreSQL would walk through everybody's conversations
 * to those of a person whose own were active long ago.
 */
import type { Message } from '@parley/contract';

import type { Place } from '../../core/cursor.ts';
import { roomTopic } from '../../core/topics.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { toMessage, type MessageRow } from './message-row.ts';
import type { ShownConversation, ShownParticipant } from './store.ts';

/** A row as JSON has it: its times are text. */
type Json<Row> = { [Key in keyof Row]: Date extends Row[Key] ? string | Exclude<Row[Key], Date> : Row[Key] };

/** A row may have no list where Prisma would read an empty one. */
type MessageJson = Omit<Json<MessageRow>, 'attachments'> & { attachments: string[] | null };

interface Row extends Omit<ShownConversation, 'participants'> {
  headSeq: bigint | null;
  unreadCount: number;
  participants: Json<ShownParticipant>[];
  lastMessage: MessageJson | null;
}

export interface ListedConversation extends ShownConversation {
  headSeq: number;
  unreadCount: number;
  lastMessage: Message | null;
}

/**
 * A person's conversations, newest activity first, after a place in that order. `MATERIALIZED` and `OFFSET 0` say to
 * PostgreSQL where to begin, and that it takes one conversation at a time from there.
 */
export async function listConversationRows(
  db: Prisma.TransactionClient,
  userId: string,
  { after, limit }: { after: Place | undefined; limit: number },
): Promise<ListedConversation[]> {
  const further = after && Prisma.sql`WHERE (c."activityAt", c.id) < (${after.at}::timestamptz, ${after.id})`;
  const rows = await db.$queryRaw<Row[]>`
    WITH own AS MATERIALIZED (
      SELECT "conversationId", "joinedSeq", "unreadCount" FROM "Participant" WHERE "userId" = ${userId}
    ), shown AS (
      SELECT c.id, c.kind, c.title, c.subject, c."createdAt", c."activityAt", own."joinedSeq", own."unreadCount"
      FROM own CROSS JOIN LATERAL (SELECT * FROM "Conversation" WHERE id = own."conversationId" OFFSET 0) c
      ${further ?? Prisma.empty}
      ORDER BY c."activityAt" DESC, c.id DESC LIMIT ${limit}
    )
    SELECT shown.id, shown.kind::text, shown.title, shown.subject, shown."createdAt", shown."activityAt",
      shown."unreadCount", topic.head AS "headSeq", people.participants, newest.message AS "lastMessage"
    FROM shown
    LEFT JOIN "Topic" topic ON topic.id = ${roomTopic('')}::text || shown.id
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(to_jsonb(p) || jsonb_build_object('user', ${person('u')}) ORDER BY p."joinedAt", p."userId") AS participants
      FROM "Participant" p JOIN "User" u ON u.id = p."userId"
      WHERE p."conversationId" = shown.id
    ) people
    LEFT JOIN LATERAL (
      SELECT to_jsonb(m) || jsonb_build_object('user', ${person('author')}, 'reactions', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('emoji', r.emoji, 'userId', r."userId") ORDER BY r."emojiSeq", r.seq), '[]')
        FROM "Reaction" r WHERE r."messageId" = m.id)) AS message
      FROM "Message" m JOIN "User" author ON author.id = m."userId"
      WHERE m."conversationId" = shown.id AND m.seq > shown."joinedSeq"
      ORDER BY m.seq DESC LIMIT 1
    ) newest ON true
    ORDER BY shown."activityAt" DESC, shown.id DESC`;
  return rows.map((row) => ({
    ...row,
    headSeq: Number(row.headSeq ?? 0),
    participants: row.participants.map((one) => ({ ...one, readAt: dateOf(one.readAt) })),
    lastMessage: row.lastMessage && toMessage(fromJson(row.lastMessage)),
  }));
}

/** What others may see of a person. */
const person = (table: 'u' | 'author') => {
  const column = (name: string) => Prisma.raw(`${table}."${name}"`);
  return Prisma.sql`jsonb_build_object('id', ${column('id')}, 'username', ${column('username')},
    'displayName', ${column('displayName')}, 'avatar', ${column('avatar')})`;
};

const fromJson = (message: MessageJson): MessageRow => ({
  ...message,
  attachments: message.attachments ?? [],
  createdAt: new Date(message.createdAt),
  editedAt: dateOf(message.editedAt),
  deletedAt: dateOf(message.deletedAt),
});

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
