/** Who is a participant. Every rule about a conversation asks here first. */
import { Refusal } from '../../core/refusal.ts';
import type { Participant, Prisma } from '../../generated/prisma/client.ts';

/**
 * The caller's membership. Anyone else is refused as if the conversation did not exist.
 * Inside a commit, ask after opening the room: a change of members locks it too.
 */
export async function requireParticipant(
  db: Prisma.TransactionClient,
  conversationId: string,
  userId: string,
): Promise<Participant> {
  const participant = await db.participant.findUnique({
    where: { conversationId_userId: { conversationId, userId } },
  });
  if (participant === null) throw new Refusal('not_a_participant');
  return participant;
}

/** Ids of everyone in a conversation, oneself included. */
export async function participantIds(
  db: Prisma.TransactionClient,
  conversationId: string,
): Promise<string[]> {
  const rows = await db.participant.findMany({ where: { conversationId }, select: { userId: true } });
  return rows.map((row) => row.userId);
}
