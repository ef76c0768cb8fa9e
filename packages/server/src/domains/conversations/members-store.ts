import type { Role, UserSummary } from '@parley/contract';

import type { Participant, Prisma } from '../../generated/prisma/client.ts';
import { SUMMARY_COLUMNS } from '../users/person.ts';

type Db = Prisma.TransactionClient;

export type Membership = Pick<Participant, 'conversationId' | 'userId' | 'role'>;

/** What those who are added are told of a group. */
export interface Group {
  kind: 'group';
  title: string | null;
  subject: string | null;
}

/** Undefined for a direct conversation. */
export async function findGroup(db: Db, id: string): Promise<Group | undefined> {
  const row = await db.conversation.findUniqueOrThrow({
    where: { id },
    select: { kind: true, title: true, subject: true },
  });
  return row.kind === 'group' ? { ...row, kind: 'group' } : undefined;
}

export const updateGroup = (db: Db, id: string, data: { title?: string; activityAt: Date }) =>
  db.conversation.update({ where: { id }, data, select: { id: true } });

export const listMembers = (db: Db, conversationId: string): Promise<Membership[]> =>
  db.participant.findMany({
    where: { conversationId },
    select: { conversationId: true, userId: true, role: true },
  });

export async function findMember(
  db: Db,
  conversationId: string,
  userId: string,
): Promise<(Membership & { user: UserSummary }) | undefined> {
  const row = await db.participant.findUnique({
    where: { conversationId_userId: { conversationId, userId } },
    include: { user: { select: SUMMARY_COLUMNS } },
  });
  return row ?? undefined;
}

/** What was written before is not for them: they count as having it, or it would be unread for good. */
export const insertMembers = (
  db: Db,
  conversationId: string,
  { userIds, joinedSeq, joinedAt }: { userIds: readonly string[]; joinedSeq: number; joinedAt: Date },
) =>
  db.participant.createMany({
    data: userIds.map((userId) => ({
      conversationId,
      userId,
      joinedSeq,
      joinedAt,
      readSeq: joinedSeq,
      deliveredSeq: joinedSeq,
    })),
  });

export const deleteMember = (db: Db, { conversationId, userId }: Membership) =>
  db.participant.delete({ where: { conversationId_userId: { conversationId, userId } } });

export const updateRole = (db: Db, { conversationId, userId }: Membership, role: Role) =>
  db.participant.update({
    where: { conversationId_userId: { conversationId, userId } },
    data: { role },
    select: { userId: true },
  });

/** Those of these people who are there and not disabled, by id. */
export const peopleAmong = (db: Db, ids: readonly string[]): Promise<UserSummary[]> =>
  db.user.findMany({
    where: { id: { in: [...ids] }, disabledAt: null },
    select: SUMMARY_COLUMNS,
    orderBy: { id: 'asc' },
  });

export async function isPerson(db: Db, id: string): Promise<boolean> {
  return (await db.user.count({ where: { id } })) > 0;
}
