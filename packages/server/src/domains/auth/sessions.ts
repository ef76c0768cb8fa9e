/**
 * Signing in, and staying so. A refresh token is good for one use, which gives the next one of its family; a second
 * use means that two hold it, and ends the family. Tokens are stored as SHA-256 only.
 */
import { createHash, randomBytes } from 'node:crypto';

import type { Done, ErrorReason, Renewal, Session, User } from '@parley/contract';
import type { Login, Logout, Refresh, Register, Renew } from '@parley/contract/schemas';
import type { z } from 'zod';

import type { Caller } from '../../core/caller.ts';
import type { Transaction } from '../../core/commit.ts';
import type { Context } from '../../core/context.ts';
import { tellNodes } from '../../core/control.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import type { Passwords } from './passwords.ts';
import {
  beginGeneration,
  dropFamilies,
  findAccount,
  findCredentials,
  findRefreshToken,
  insertAccount,
  insertRefreshToken,
  isEmailTaken,
  isUsernameTaken,
  lockAccount,
  pruneRefreshTokens,
  revokeRefreshTokens,
  spendRefreshToken,
} from './store.ts';
import type { Tokens } from './tokens.ts';

/** What the rules need besides the core's services. */
export interface Sessions {
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  /** Whether people may make their own accounts. */
  readonly registration: boolean;
}

/** Where a call comes from; a {@link Context} is one. */
export type Origin = Pick<Context, 'requestId' | 'ip'>;

/** Who came in, and the token for the next time. */
interface SignedIn {
  user: User;
  generation: number;
  refreshToken: string;
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Makes an account and signs in. Refuses with `email_taken`, `username_taken`, `registration_disabled`, `login_disabled`. */
export function register(
  services: Services,
  origin: Origin,
  input: z.output<typeof Register>,
): Promise<Session> {
  return signIn(services, origin, 'register', async () => {
    const { db, rateLimits, sessions } = services;
    if (!sessions.registration) throw new Refusal('registration_disabled');
    await rateLimits.consume('registerPerIp', origin.ip);
    await refuseTaken(services, input);
    const { email, username, displayName = null } = input;
    const passwordHash = await sessions.passwords.hash(input.password);
    const account = { id: services.newId(), email, username, displayName, avatar: null, passwordHash };
    const signedIn = await db.$transaction(async (tx) =>
      (await insertAccount(tx, account)) ? await admit(services, tx, account.id) : undefined,
    );
    if (signedIn !== undefined) return signedIn;
    await refuseTaken(services, input);
    throw new Error('an account was refused as a duplicate of none');
  });
}

/** Refuses with `invalid_credentials` for an unknown email and a wrong password alike, and in the same time. */
export function login(services: Services, origin: Origin, input: z.output<typeof Login>): Promise<Session> {
  return signIn(services, origin, 'login', async () => {
    const { db, rateLimits, sessions } = services;
    const failures = [
      ['failedLoginPerIp', origin.ip],
      ['failedLoginPerAccount', input.email],
    ] as const;
    const check = () => Promise.all(failures.map(([name, key]) => rateLimits.check(name, key)));

    await check();
    const credentials = await findCredentials(db, input.email);
    const matching = await sessions.passwords.matches(credentials?.passwordHash ?? null, input.password);
    if (credentials === undefined || !matching) {
      for (const [name, key] of failures) await rateLimits.consume(name, key);
      throw new Refusal('invalid_credentials');
    }
    // Again: of many guesses made at once, a right one must not stand out after the limit was reached.
    await check();
    const signedIn = await db.$transaction((tx) => admit(services, tx, credentials.id));
    await rateLimits.clear('failedLoginPerAccount', input.email);
    return signedIn;
  });
}

/** Spends a refresh token for a new session. Refuses with `refresh_token_invalid`, `refresh_token_reused`, `user_disabled`. */
export function refresh(
  services: Services,
  origin: Origin,
  input: z.output<typeof Refresh>,
): Promise<Session> {
  return signIn(services, origin, 'refresh', async () => {
    await services.rateLimits.consume('sessionPerIp', origin.ip);
    await pruneRefreshTokens(services.db);
    // The refusal is thrown after the transaction: what it revoked must stay revoked.
    const outcome = await services.db.$transaction((tx) => rotate(tx, digest(input.refreshToken)));
    if (typeof outcome === 'string') throw new Refusal(outcome);
    return outcome;
  });
}

/** Ends the family of a refresh token of one's own. Any other token has nothing to end, which is success too. */
export async function logout(
  services: Services,
  caller: Caller,
  input: z.output<typeof Logout>,
): Promise<Done> {
  await services.db.$transaction(async (tx) => {
    const locked = await lockAccount(tx, caller.id);
    const token = await findRefreshToken(tx, digest(input.refreshToken));
    if (locked === undefined || token?.userId !== caller.id) return;
    await revokeRefreshTokens(tx, token, locked.now);
  });
  return { success: true };
}

/**
 * Ends all of one's sessions, this one too: no token of before is good any more, and every node ends the connections
 * that came with one. Refuses with `login_disabled` where tokens are issued elsewhere.
 */
export async function logoutEverywhere(services: Services, { id: userId }: Caller): Promise<Done> {
  const { db, bus, log, sessions } = services;
  if (sessions.tokens.foreign) throw new Refusal('login_disabled');
  const generation = await db.$transaction(async (tx) => {
    const locked = await lockAccount(tx, userId);
    if (locked === undefined) throw new Refusal('token_invalid');
    return await endSessions(tx, userId, locked.now);
  });
  log.info({ userId }, 'all sessions ended');
  tellNodes(bus, { type: 'sessions-ended', userId, generation });
  return { success: true };
}

/** Extends the live connection that asks. */
export async function renew(ctx: Pick<Context, 'renew'>, input: z.output<typeof Renew>): Promise<Renewal> {
  return { expiresAt: await ctx.renew(input.accessToken) };
}

export async function me(services: Services, caller: Caller): Promise<User> {
  const account = await findAccount(services.db, caller.id);
  if (account === undefined) throw new Refusal('token_invalid');
  return account.user;
}

/**
 * Ends all of a person's sessions, within a transaction that holds their row.
 *
 * @returns the generation of those that may begin from then on
 */
export async function endSessions(tx: Transaction, userId: string, now: Date): Promise<number> {
  await revokeRefreshTokens(tx, { userId }, now);
  return await beginGeneration(tx, userId, now);
}

/** Runs one way of signing in, and tells the log and the metrics how it went: never a token, never a password. */
async function signIn(
  { log, metrics, sessions }: Services,
  { requestId, ip }: Origin,
  way: 'register' | 'login' | 'refresh',
  enter: () => Promise<SignedIn>,
): Promise<Session> {
  try {
    if (sessions.tokens.foreign) throw new Refusal('login_disabled');
    const { user, generation, refreshToken } = await enter();
    metrics.authentications.inc({ outcome: 'success' });
    log.info({ requestId, ip, way, userId: user.id }, 'authentication succeeded');
    return { user, ...sessions.tokens.sign(user.id, generation), refreshToken };
  } catch (error) {
    if (error instanceof Refusal) {
      metrics.authentications.inc({ outcome: error.reason });
      log.warn({ requestId, ip, way, reason: error.reason }, 'authentication failed');
    }
    throw error;
  }
}

async function refuseTaken({ db }: Services, { email, username }: z.output<typeof Register>): Promise<void> {
  if (await isEmailTaken(db, email)) throw new Refusal('email_taken');
  if (await isUsernameTaken(db, username)) throw new Refusal('username_taken');
}

/** Begins a family for someone who has proved who they are. */
async function admit(services: Services, tx: Transaction, userId: string): Promise<SignedIn> {
  const locked = await lockAccount(tx, userId);
  if (locked === undefined) throw new Refusal('invalid_credentials');
  if (locked.account.disabled) throw new Refusal('user_disabled');
  const { account, now } = locked;
  await dropFamilies(tx, userId, now);
  const refreshToken = await addLink(tx, { userId, familyId: services.newId(), now });
  return { user: account.user, generation: account.generation, refreshToken };
}

async function rotate(tx: Transaction, hash: string): Promise<SignedIn | ErrorReason> {
  const seen = await findRefreshToken(tx, hash);
  if (seen === undefined) return 'refresh_token_invalid';
  const locked = await lockAccount(tx, seen.userId);
  // Read again: only now does it stay as it is.
  const token = await findRefreshToken(tx, hash);
  if (locked === undefined || token === undefined) return 'refresh_token_invalid';
  const { account, now } = locked;
  const { userId, familyId } = token;
  if (account.disabled) return 'user_disabled';
  if (token.expiresAt <= now) return 'refresh_token_invalid';
  if (token.spent) {
    await revokeRefreshTokens(tx, { userId, familyId }, now);
    return 'refresh_token_reused';
  }
  if (token.revoked) return 'refresh_token_invalid';
  await spendRefreshToken(tx, hash, now);
  const refreshToken = await addLink(tx, { userId, familyId, now });
  return { user: account.user, generation: account.generation, refreshToken };
}

async function addLink(
  tx: Transaction,
  link: { userId: string; familyId: string; now: Date },
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await insertRefreshToken(tx, { hash: digest(token), ...link });
  return token;
}
