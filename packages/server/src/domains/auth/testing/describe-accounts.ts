import type { Session } from '@parley/contract';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';

import type { Services } from '../../../core/services.ts';
import { databases, type TestDatabase } from '../../../core/testing/databases.ts';
import { testServices } from '../../../core/testing/services.ts';
import type { RefreshToken } from '../../../generated/prisma/client.ts';
import { createAuth, type AuthOptions } from '../create-auth.ts';
import { CHEAP_PASSWORD_COST } from '../passwords.ts';
import { login, refresh } from '../sessions.ts';

export const PASSWORD = 'ana-secret-password';
export const ana = { email: 'ana@parley.test', username: 'Ana', password: PASSWORD };
export const from = { requestId: 'request-1', ip: '192.0.2.1' };

/** Accounts of nobody yet, before each test. */
interface Accounts {
  readonly services: Services;
  readonly database: TestDatabase;
  /** What is logged. */
  readonly lines: string[];
  /** Makes the services anew. */
  readonly configure: (config?: Partial<AuthOptions['config']>) => void;
  readonly tokenRows: () => Promise<RefreshToken[]>;
  readonly spend: (session: Session) => Promise<Session>;
  /** Ana, who has registered. */
  readonly signIn: () => Promise<Session>;
}

/** Describes something that is done with accounts, on each kind of database. */
export function describeAccounts(name: string, tests: (accounts: Accounts) => void): void {
  describe.each(databases())(`${name} on $kind`, ({ open }) => {
    const database = {} as TestDatabase;
    const services = {} as Services;
    const lines: string[] = [];
    const configure: Accounts['configure'] = (config) => {
      const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
      const core = testServices(database.prisma, { log });
      const defaults = { secret: 'a secret', registration: true, passwordCost: CHEAP_PASSWORD_COST };
      Object.assign(services, core, createAuth({ ...core, config: { ...defaults, ...config } }));
    };
    beforeAll(async () => {
      Object.assign(database, await open());
    });
    beforeEach(async () => {
      await database.clear();
      lines.length = 0;
      configure();
    });
    afterAll(() => database.close());
    tests({
      services,
      database,
      lines,
      configure,
      tokenRows: () => database.prisma.refreshToken.findMany({ orderBy: { createdAt: 'asc' } }),
      spend: ({ refreshToken }) => refresh(services, from, { refreshToken }),
      signIn: () => login(services, from, { email: ana.email, password: PASSWORD }),
    });
  });
}

export const callerOf = ({ user: { id, username, avatar } }: Session) => ({ id, username, avatar });

export const refused = (reason: string) => expect.objectContaining({ reason }) as Error;

/** What became of calls made at once, successes first. */
export function outcomes(results: PromiseSettledResult<unknown>[]): string[] {
  const said = results.map((result) => {
    if (result.status === 'fulfilled') return 'ok';
    const reason: unknown = (result.reason as { reason?: unknown }).reason;
    return typeof reason === 'string' ? reason : String(result.reason);
  });
  return said.toSorted((a, b) => Number(b === 'ok') - Number(a === 'ok'));
}

export const oneWinner = (others: number, reason: string) => [
  'ok',
  ...Array.from({ length: others }, () => reason),
];
