/**
 * Queries for accounts and refresh tokens. Whoever changes a person's tokens holds their row first
 * (`lockAccount`), so a rotation and a revocation never miss each other, and cannot deadlock either.
 */
import type { Author, User } from '@parley/contract';

import type { Transaction } from '../../core/commit.ts';
import { rowsOf } from '../../core/rows.ts';
import type { PrismaClient, User as UserRow } from '../../generated/prisma/client.ts';
import { usernameKey } from './usernames.ts';

type Db = PrismaClient | Transaction;

const REFRESH_TOKEN_DAYS = 30;
/** Sign-ins of one person that stay alive: with one more, the one whose last use is longest ago ends. */
export const LIVE_FAMILIES = 20;
/** Expired tokens that one refresh removes: more than it adds. A sign-in removes the person's own. */
const PRUNED_AT_ONCE = 20;

const ACCOUNT_COLUMNS = {
  id: true,
  email: true,
  username: true,
  displayName: true,
  avatar: true,
  createdAt: true,
  disabledAt: true,
  sessionsEndedAt: true,
} as const;

/** A person, and whether they may come in. */
export interface Account<Shown = User> {
  user: Shown;
  disabled: boolean;
  /** When all of their sessions last ended, in ms since 1970, or 0. */
  generation: number;
}

export type NewAccount = Pick<
  UserRow,
  'id' | 'email' | 'username' | 'displayName' | 'avatar' | 'passwordHash'
>;

type Standing = Pick<UserRow, 'disabledAt' | 'sessionsEndedAt'>;

const toAccount = <Shown>({ disabledAt, sessionsEndedAt, ...user }: Shown & Standing) => ({
  user,
  disabled: disabledAt !== null,
  generation: sessionsEndedAt?.getTime() ?? 0,
});

export async function findAccount(db: Db, id: string): Promise<Account | undefined> {
  const row = await db.user.findUnique({ where: { id }, select: ACCOUNT_COLUMNS });
  return row === null ? undefined : toAccount(row);
}

/** Of these people, those there are. */
export async function findAccounts(db: Db, ids: readonly string[]): Promise<Map<string, Account<Author>>> {
  const rows = await rowsOf<Author & Standing>(db)`
    SELECT id, username, avatar, "disabledAt", "sessionsEndedAt" FROM "User" WHERE id = ANY(${[...ids]})`;
  return new Map(rows.map((row) => [row.id, toAccount(row)]));
}

export async function findCredentials(
  db: Db,
  email: string,
): Promise<{ id: string; passwordHash: string | null } | undefined> {
  const row = await db.user.findUnique({ where: { email }, select: { id: true, passwordHash: true } });
  return row ?? undefined;
}

/** Adds an account; false, and nothing written, where its id, email or username is someone's already. */
export async function insertAccount(db: Db, account: NewAccount): Promise<boolean> {
  const { count } = await db.user.createMany({
    data: [{ ...account, usernameKey: usernameKey(account.username) }],
    skipDuplicates: true,
  });
  return count === 1;
}

export async function isEmailTaken(db: Db, email: string): Promise<boolean> {
  return (await db.user.findUnique({ where: { email }, select: { id: true } })) !== null;
}

export async function isUsernameTaken(db: Db, username: string): Promise<boolean> {
  const where = { usernameKey: usernameKey(username) };
  return (await db.user.findUnique({ where, select: { id: true } })) !== null;
}

/** A person's row, locked until the transaction ends, and the database's time. Writing messages does not wait for it. */
export async function lockAccount(
  tx: Transaction,
  userId: string,
): Promise<{ account: Account; now: Date } | undefined> {
  const [locked] = await tx.$queryRaw<[{ now: Date }] | []>`
    SELECT date_trunc('milliseconds', clock_timestamp()) AS now FROM "User" WHERE id = ${userId} FOR NO KEY UPDATE`;
  if (locked === undefined) return undefined;
  const account = await findAccount(tx, userId);
  return account && { account, now: locked.now };
}

export interface RefreshTokenState {
  familyId: string;
  userId: string;
  expiresAt: Date;
  spent: boolean;
  revoked: boolean;
}

export async function findRefreshToken(db: Db, hash: string): Promise<RefreshTokenState | undefined> {
  const row = await db.refreshToken.findUnique({ where: { hash } });
  if (row === null) return undefined;
  const { familyId, userId, expiresAt, spentAt, revokedAt } = row;
  return { familyId, userId, expiresAt, spent: spentAt !== null, revoked: revokedAt !== null };
}

export async function insertRefreshToken(
  tx: Transaction,
  token: { hash: string; familyId: string; userId: string; now: Date },
): Promise<void> {
  const { now, ...link } = token;
  const expiresAt = new Date(now.getTime() + REFRESH_TOKEN_DAYS * 86_400_000);
  await tx.refreshToken.create({ data: { ...link, createdAt: now, expiresAt } });
}

export async function spendRefreshToken(tx: Transaction, hash: string, now: Date): Promise<void> {
  await tx.refreshToken.update({ where: { hash }, data: { spentAt: now } });
}

/** Revokes one family of tokens, or all of a person's. The caller holds the person's row. */
export async function revokeRefreshTokens(
  tx: Transaction,
  { userId, familyId }: { userId: string; familyId?: string },
  now: Date,
): Promise<void> {
  await tx.refreshToken.updateMany({
    where: { userId, revokedAt: null, ...(familyId !== undefined && { familyId }) },
    data: { revokedAt: now },
  });
}

/** Begins a new generation of a person's sessions, also where the last one began in this millisecond. The caller holds the person's row. */
export async function beginGeneration(tx: Transaction, userId: string, now: Date): Promise<number> {
  const generation = Math.max(now.getTime(), ((await findAccount(tx, userId))?.generation ?? 0) + 1);
  await tx.user.update({ where: { id: userId }, data: { sessionsEndedAt: new Date(generation) } });
  return generation;
}

/**
 * Makes room for a new family: of a person's tokens, only those of the families used last stay, and those that are
 * over go. The caller holds the person's row.
 */
export async function dropFamilies(tx: Transaction, userId: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "RefreshToken" WHERE "userId" = ${userId} AND "familyId" NOT IN (
      SELECT "familyId" FROM "RefreshToken"
      WHERE "userId" = ${userId} AND "spentAt" IS NULL AND "revokedAt" IS NULL AND "expiresAt" > ${now}
      ORDER BY "createdAt" DESC, "familyId" DESC LIMIT ${LIVE_FAMILIES - 1})`;
}

/** Removes some expired tokens. A statement of its own that waits for no lock. */
export async function pruneRefreshTokens(db: PrismaClient): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "RefreshToken" WHERE hash IN (
      SELECT hash FROM "RefreshToken" WHERE "expiresAt" <= statement_timestamp()
      ORDER BY "expiresAt" LIMIT ${PRUNED_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
}
