import type { Offer, OfferStatus } from '@parley/contract';

import type { Place } from '../../core/cursor.ts';
import type { Offer as OfferRow, Prisma } from '../../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

/** A pending offer whose time is over. */
export interface DueOffer {
  id: string;
  conversationId: string;
  expiresAt: Date;
}

function toOffer({ clientId: _clientId, amount, ...row }: OfferRow): Offer {
  return { ...row, amount: amount === null ? null : Number(amount) };
}

export async function findOffer(db: Db, id: string): Promise<Offer | undefined> {
  const row = await db.offer.findUnique({ where: { id } });
  return row === null ? undefined : toOffer(row);
}

/** The offer, if it is in a conversation of this person and was made while they were in it. */
export async function findOfferOf(db: Db, id: string, userId: string): Promise<Offer | undefined> {
  const found = await db.offer.findUnique({
    where: { id },
    include: {
      conversation: { select: { participants: { where: { userId }, select: { joinedAt: true } } } },
    },
  });
  if (found === null) return undefined;
  const { conversation, ...row } = found;
  const joinedAt = conversation.participants[0]?.joinedAt;
  return joinedAt !== undefined && row.createdAt >= joinedAt ? toOffer(row) : undefined;
}

/** The offer that the same author has made with the same `clientId`, if any. */
export async function findMade(
  db: Db,
  authorId: string,
  clientId: string | undefined,
): Promise<Offer | undefined> {
  if (clientId === undefined) return undefined;
  const row = await db.offer.findUnique({ where: { authorId_clientId: { authorId, clientId } } });
  return row === null ? undefined : toOffer(row);
}

export async function offersById(db: Db, ids: string[]): Promise<Map<string, Offer>> {
  const rows = await db.offer.findMany({ where: { id: { in: ids } } });
  return new Map(rows.map((row) => [row.id, toOffer(row)]));
}

/** A conversation's offers, newest first, after a place in that order. */
export async function listOfferRows(
  db: Db,
  conversationId: string,
  {
    since,
    status,
    after,
    limit,
  }: { since: Date; status: OfferStatus | undefined; after: Place | undefined; limit: number },
): Promise<Offer[]> {
  const rows = await db.offer.findMany({
    where: {
      conversationId,
      createdAt: { gte: since },
      ...(status !== undefined && { status }),
      ...(after && {
        OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }],
      }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map(toOffer);
}

/** A new offer, pending. */
export async function insertOffer(
  db: Db,
  {
    amount,
    createdAt,
    ...draft
  }: Pick<
    Offer,
    | 'id'
    | 'conversationId'
    | 'authorId'
    | 'recipientId'
    | 'title'
    | 'terms'
    | 'amount'
    | 'currency'
    | 'parentOfferId'
    | 'expiresAt'
    | 'createdAt'
  > & { clientId: string | null },
): Promise<Offer> {
  const row = await db.offer.create({
    data: { ...draft, amount: amount === null ? null : BigInt(amount), createdAt, updatedAt: createdAt },
  });
  return toOffer(row);
}

/** Writes a change of status or of who has confirmed completion; raises the version. */
export async function writeChange(
  db: Db,
  id: string,
  change: { status: OfferStatus; completedBy: string[]; updatedAt: Date },
): Promise<Offer> {
  return toOffer(await db.offer.update({ where: { id }, data: { ...change, version: { increment: 1 } } }));
}

/** Says when something durable last happened in a conversation. */
export async function bumpActivity(db: Db, conversationId: string, activityAt: Date): Promise<void> {
  await db.conversation.update({ where: { id: conversationId }, data: { activityAt }, select: { id: true } });
}

/** Pending offers whose time is over by the database's clock, the longest overdue first, after one of them. */
export function findDue(
  db: Db,
  { after, limit }: { after: DueOffer | undefined; limit: number },
): Promise<DueOffer[]> {
  const [time, id] = after === undefined ? [new Date(0), ''] : [after.expiresAt, after.id];
  return db.$queryRaw<DueOffer[]>`
    SELECT id, "conversationId", "expiresAt" FROM "Offer"
    WHERE status = 'pending' AND "expiresAt" <= statement_timestamp()
      AND ("expiresAt", id) > (${time}::timestamptz, ${id})
    ORDER BY "expiresAt", id
    LIMIT ${limit}`;
}
