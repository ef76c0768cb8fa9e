import type { Conversation, Participant, UserSummary } from '@parley/contract';

import { rowsOf } from '../../core/rows.ts';
import { roomTopic } from '../../core/topics.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { SUMMARY_COLUMNS, toSummary } from '../users/person.ts';

type Db = Prisma.TransactionClient;

const WITH_PEOPLE = {
  participants: {
    include: { user: { select: SUMMARY_COLUMNS } },
    orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }],
  },
} satisfies Prisma.ConversationInclude;

type ParticipantRow = Prisma.ParticipantGetPayload<typeof WITH_PEOPLE.participants>;
export type ConversationRow = Prisma.ConversationGetPayload<{ include: typeof WITH_PEOPLE }>;

export type ShownParticipant = Pick<
  ParticipantRow,
  'userId' | 'user' | 'role' | 'readSeq' | 'readAt' | 'deliveredSeq'
>;
export type ShownConversation = Pick<
  ConversationRow,
  'id' | 'kind' | 'title' | 'subject' | 'createdAt' | 'activityAt'
> & { participants: ShownParticipant[] };

export const findConversation = (db: Db, id: string) =>
  db.conversation.findUnique({ where: { id }, include: WITH_PEOPLE });

/** A participant beside what others may see of the person. */
export interface PersonInRoom extends UserSummary, Pick<Participant, 'role' | 'readSeq' | 'deliveredSeq'> {
  joinedSeq: number;
  /** ISO 8601. */
  joinedAt: string;
}

/**
 * Everyone in these conversations, by conversation, those first who joined first. One statement, and one row for each
 * conversation: whoever opens a room waits for it, and a row costs several times what is in it.
 */
export async function peopleOf(db: Db, ids: readonly string[]): Promise<Map<string, PersonInRoom[]>> {
  const rows = await rowsOf<{ id: string; people: PersonInRoom[] }>(db)`
    SELECT asked.id, room.people FROM unnest((SELECT ${[...ids]}::text[])) AS asked (id)
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object(
        'id', u.id, 'username', u.username, 'displayName', u."displayName", 'avatar', u.avatar, 'role', p.role,
        'readSeq', p."readSeq", 'deliveredSeq', p."deliveredSeq", 'joinedSeq', p."joinedSeq", 'joinedAt', p."joinedAt"
      ) ORDER BY p."joinedAt", p."userId") AS people
      FROM "Participant" p CROSS JOIN LATERAL (SELECT * FROM "User" WHERE id = p."userId" OFFSET 0) u
      WHERE p."conversationId" = asked.id
    ) room WHERE room.people IS NOT NULL`;
  return new Map(rows.map(({ id, people }) => [id, people]));
}

/** What conversations are called, by id. */
export async function titlesById(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, Pick<Conversation, 'kind' | 'title' | 'subject'>>> {
  if (ids.length === 0) return new Map();
  const rows = await db.conversation.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, kind: true, title: true, subject: true },
  });
  return new Map(rows.map(({ id, ...shown }) => [id, shown]));
}

export async function summariesById(db: Db, ids: readonly string[]): Promise<Map<string, UserSummary>> {
  if (ids.length === 0) return new Map();
  const rows = await db.user.findMany({ where: { id: { in: [...ids] } }, select: SUMMARY_COLUMNS });
  return new Map(rows.map((row) => [row.id, row]));
}

/** The conversation that was made before with the same `clientId`, or else of the same pair and subject. */
export async function findCreated(
  db: Db,
  key: { directKey: string | undefined; createdById: string; clientId: string | undefined },
): Promise<string | undefined> {
  const { directKey, createdById, clientId } = key;
  const ways: Prisma.ConversationWhereUniqueInput[] = [];
  if (clientId !== undefined) ways.push({ createdById_clientId: { createdById, clientId } });
  if (directKey !== undefined) ways.push({ directKey });
  for (const where of ways) {
    const row = await db.conversation.findUnique({ where, select: { id: true } });
    if (row !== null) return row.id;
  }
  return undefined;
}

/** The newest seq of a conversation. */
export async function headOf(db: Db, id: string): Promise<number> {
  const row = await db.topic.findUnique({ where: { id: roomTopic(id) } });
  return Number(row?.head ?? 0);
}

export function toConversation(
  row: ShownConversation,
  { headSeq, online }: { headSeq: number; online: ReadonlySet<string> },
): Conversation {
  const { id, kind, title, subject, createdAt, activityAt } = row;
  return {
    id,
    kind,
    title,
    subject,
    headSeq,
    createdAt,
    activityAt,
    participants: row.participants.map((participant) => toParticipant(participant, online)),
  };
}

const toParticipant = (row: ShownParticipant, online: ReadonlySet<string>): Participant => ({
  user: toSummary(row.user),
  role: row.role,
  readSeq: Number(row.readSeq),
  readAt: row.readAt,
  deliveredSeq: Number(row.deliveredSeq),
  online: online.has(row.userId),
});
