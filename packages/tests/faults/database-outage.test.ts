// A database that goes away: calls fail at once with a reason that says to try again, and nothing hangs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { outageOf } from '../../server/src/core/database-outage.ts';
import type { Database } from '../../server/src/core/database.ts';
import { migrate } from '../../server/src/core/migrate.ts';
import { openDatabase } from '../../server/src/core/open-database.ts';
import { databases, silent } from '../../server/src/core/testing/databases.ts';
import type { Person } from '../harness/people.ts';
import { startPostgres, type Postgres } from '../harness/postgres.ts';
import { startServer, type TestServer } from '../harness/server.ts';

const failureOf = (query: PromiseLike<unknown>) =>
  query.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.runIf(databases().some(({ kind }) => kind === 'postgres'))('a database that is away', () => {
  let postgres: Postgres;
  let database: Database;
  let server: TestServer;
  let ana: Person;
  beforeAll(async () => {
    const started = await startPostgres();
    if (started === undefined) throw new Error('there was a PostgreSQL a moment ago');
    postgres = started;
    database = await openDatabase({ url: await postgres.createDatabase(), log: silent });
    await migrate(database);
    const open = () => Promise.resolve({ ...database, clear: () => Promise.resolve() });
    server = await startServer({ kind: 'postgres', open });
    ana = await server.person('ana');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('is told from a query that is wrong, and is a retryable refusal over every transport', async () => {
    const { prisma } = database;
    expect(outageOf(await failureOf(prisma.$queryRaw`SELECT wrong`))).toBeUndefined();
    await ana.client.auth.me.query();
    const underWay = failureOf(prisma.$transaction((tx) => tx.$queryRaw`SELECT pg_sleep(20)`));
    const sleeping = () => prisma.$queryRaw<[]>`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
    await expect.poll(async () => (await sleeping()).length).toBe(1);

    await postgres.stop();
    expect(outageOf(await underWay)).toBe('unavailable');
    expect(outageOf(await failureOf(prisma.$queryRaw`SELECT 1`))).toBe('unavailable');
    expect(outageOf(await failureOf(prisma.$transaction((tx) => tx.user.findMany())))).toBe('unavailable');
    const refusal = { data: { code: 'SERVICE_UNAVAILABLE', reason: 'unavailable', retryable: true } };
    await expect(ana.client.conversations.list.query()).rejects.toMatchObject(refusal);
    await expect(ana.client.typing.set.mutate({ conversationId: 'x', isTyping: true })).rejects.toMatchObject(
      refusal,
    );
    await expect(ana.http.conversations.list.query()).rejects.toMatchObject(refusal);
    const readiness = await fetch(`${server.url}/readyz`);
    expect([readiness.status, await readiness.json()]).toEqual([
      503,
      { status: 'unavailable', database: 'down', bus: 'up' },
    ]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});
