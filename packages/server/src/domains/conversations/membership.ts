/** Who is a participant. Every rule about a conversation asks here first. */
import { Refusal } from '../../core/refusal.ts';
import { rowsOf } from '../../core/rows.ts';
import { sharedRead } from '../../core/shared-read.ts';
import type { Participant, Prisma, PrismaClient } from '../../generated/prisma/client.ts';

/** Memberships that one query reads. */
const MEMBERSHIPS_READ = 250;

type Find = (conversationId: string, userId: string) => Promise<Participant | undefined>;

/** Of databases whose reads are shared. A transaction is none of them: it reads for itself. */
const shared = new WeakMap<Prisma.TransactionClient, Find>();

/** From here on, those who ask this database outside of a transaction at about the same time share a query. */
export function shareMembershipReads(db: PrismaClient): void {
  // An id has no space in it.
  const read = sharedRead<`${string} ${string}`, Participant>(
    async (keys) => {
      const pairs = keys.map((key) => key.split(' '));
      const rows = await rowsOf<Participant>(db)`
      SELECT p."conversationId", p."userId", p.role, p."joinedSeq", p."joinedAt", p."readSeq", p."readAt",
        p."deliveredSeq", p."deliveredAt", p."unreadCount"
      FROM unnest((SELECT ${pairs.map(([room]) => room)}::text[]), (SELECT ${pairs.map(([, person]) => person)}::text[]))
        AS asked (room, person)
      CROSS JOIN LATERAL (
        SELECT * FROM "Participant" WHERE "conversationId" = asked.room AND "userId" = asked.person OFFSET 0
      ) p`;
      return new Map(rows.map((row) => [`${row.conversationId} ${row.userId}`, row]));
    },
    { maxKeys: MEMBERSHIPS_READ },
  );
  shared.set(db, (conversationId, userId) => read(`${conversationId} ${userId}`));
}

/**
 * The caller's membership. Anyone else is refused as if the conversation did not exist.
 * Inside a commit, ask after opening the room: a change of members locks it too.
 */
export async function requireParticipant(
  db: Prisma.TransactionClient,
  conversationId: string,
  userId: string,
): Promise<Participant> {
  const find = shared.get(db);
  const participant =
    find === undefined
      ? await db.participant.findUnique({ where: { conversationId_userId: { conversationId, userId } } })
      : await find(conversationId, userId);
  if (participant === null || participant === undefined) throw new Refusal('not_a_participant');
  return participant;
}

/** Whether somebody is a participant, as {@link requireParticipant} finds; not where the database cannot tell. */
export async function isParticipant(
  db: Prisma.TransactionClient,
  conversationId: string,
  userId: string,
): Promise<boolean> {
  try {
    await requireParticipant(db, conversationId, userId);
    return true;
  } catch {
    return false;
  }
}

/** Ids of everyone in a conversation, oneself included; with a time, of those who have been in it since. */
export async function participantIds(
  db: Prisma.TransactionClient,
  conversationId: string,
  since?: Date,
): Promise<string[]> {
  const rows = await db.participant.findMany({
    where: { conversationId, ...(since && { joinedAt: { lte: since } }) },
    select: { userId: true },
  });
  return rows.map((row) => row.userId);
}
