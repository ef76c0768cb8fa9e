import type { Author } from '@parley/contract';

import type { Authenticator } from '../../core/authenticator.ts';
import type { Logger } from '../../core/logger.ts';
import type { Metrics } from '../../core/metrics.ts';
import { Refusal } from '../../core/refusal.ts';
import { GATHER_MS, sharedRead } from '../../core/shared-read.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { foreignAccount, usernames } from './foreign-account.ts';
import { findAccount, findAccounts, insertAccount, isEmailTaken, type Account } from './store.ts';
import type { Claims, Tokens } from './tokens.ts';

interface Parts {
  db: PrismaClient;
  log: Logger;
  metrics: Metrics;
  tokens: Tokens;
}

/** Accounts that one query reads. */
const ACCOUNTS_READ = 250;

/**
 * Those who come at about the same time share a query for their accounts. Where tokens are issued elsewhere, an
 * unknown `sub` becomes an account; with our own key it is `token_invalid`.
 */
export function createAuthenticator(parts: Parts): Authenticator {
  const { db, metrics, tokens } = parts;
  const find = (ids: readonly string[]) => findAccounts(db, ids);
  const accountOf = sharedRead<string, Account<Author>>(find, { maxKeys: ACCOUNTS_READ });
  const arrivalOf = sharedRead<string, Account<Author>>(find, {
    maxKeys: ACCOUNTS_READ,
    gatherMs: GATHER_MS,
  });

  const identify = async (accessToken: string, read: typeof accountOf) => {
    const claims = tokens.verify(accessToken);
    const account = (await read(claims.sub)) ?? (tokens.foreign ? await adopt(parts, claims) : undefined);
    if (account === undefined) throw new Refusal('token_invalid');
    if (account.disabled) throw new Refusal('user_disabled');
    const { generation } = account;
    if (!tokens.foreign && !isOfGeneration(claims, generation)) throw new Refusal('token_invalid');
    const { id, username, avatar } = account.user;
    return { caller: { id, username, avatar }, expiresAt: claims.expiresAt, generation };
  };

  return {
    async verify(accessToken, arrives = false) {
      try {
        const identity = await identify(accessToken, arrives ? arrivalOf : accountOf);
        metrics.authentications.inc({ outcome: 'success' });
        return identity;
      } catch (error) {
        metrics.authentications.inc({ outcome: error instanceof Refusal ? error.reason : 'error' });
        throw error;
      }
    },
  };
}

/** Our own tokens name it, since `iat` has whole seconds and another clock. Any other must be from a later second. */
function isOfGeneration({ generation, issuedAt = 0 }: Claims, present: number): boolean {
  return generation === undefined ? present === 0 || issuedAt > present : generation === present;
}

/**
 * The account of a person seen for the first time, or the one that another call has just made. An email that is
 * someone's already is left out: a claim must not open another account.
 */
async function adopt({ db, log }: Parts, claims: Claims): Promise<Account | undefined> {
  const wished = foreignAccount(claims);
  for (const username of usernames(wished)) {
    const email = wished.email !== null && (await isEmailTaken(db, wished.email)) ? null : wished.email;
    const added =
      (await insertAccount(db, { ...wished, username, email })) ||
      (email !== null && (await insertAccount(db, { ...wished, username, email: null })));
    const account = await findAccount(db, wished.id);
    if (added) log.info({ userId: wished.id }, 'account made for a token issued elsewhere');
    if (account !== undefined) return account;
  }
  throw new Error('no username is free for a token issued elsewhere');
}
