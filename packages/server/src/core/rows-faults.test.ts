// Rows that PostgreSQL fails to give: callers are told the same past Prisma as by it.
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';

import { outageOf, stateOf, type Outage } from './database-outage.ts';
import type * as timeouts from './database-timeouts.ts';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { rowsOf } from './rows.ts';
import { startDatabaseProxy, type DatabaseProxy } from './testing/database-proxy.ts';
import { createPostgres, silent } from './testing/databases.ts';

vi.mock('./database-timeouts.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof timeouts>()),
  SILENCE_MS: 1_500,
}));

const server = inject('postgresUrl');
const AWAY = [undefined, 'unavailable'];
const SLEEPING = `FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;

describe.runIf(server !== undefined)('rows of a PostgreSQL', () => {
  let proxy: DatabaseProxy;
  let database: Database;
  beforeEach(async () => {
    proxy = await startDatabaseProxy(await createPostgres(server ?? ''));
    database = await openDatabase({ url: proxy.url, log: silent });
  });
  afterEach(async () => {
    await database.close();
    await proxy[Symbol.asyncDispose]();
  });

  /** How a statement fails past Prisma and by it: the state that PostgreSQL gives, and what callers are told. */
  const failures = () =>
    Promise.all(
      [rowsOf(database.prisma), database.prisma.$queryRaw.bind(database.prisma)].map((ask) =>
        ask`SELECT 1 FROM pg_sleep(30)`.then(
          () => 'none',
          (error: unknown) => [stateOf(error), outageOf(error)],
        ),
      ),
    );
  const query = async (sql: string) => {
    await using session = await database.session();
    return await session.query(sql);
  };

  it.each<[string, () => unknown, string | undefined, Outage]>([
    ['whose connections are cut', () => proxy.cut(), undefined, 'unavailable'],
    [
      'that ends its connections',
      () => query(`SELECT pg_terminate_backend(pid) ${SLEEPING}`),
      '57P01',
      'unavailable',
    ],
    [
      'that cancels what it does',
      () => query(`SELECT pg_cancel_backend(pid) ${SLEEPING}`),
      '57014',
      'timed_out',
    ],
    ['that says nothing any more', () => proxy.swallow(true), undefined, 'timed_out'],
  ])('%s fail as Prisma’s own do', async (_, fault, state, outage) => {
    const failed = failures();
    await expect.poll(() => query(`SELECT pid ${SLEEPING}`)).toHaveLength(2);
    await fault();
    expect(await failed).toEqual([
      [state, outage],
      [state, outage],
    ]);
  });

  it('that takes no connection fail as Prisma’s own do', async () => {
    proxy.accept(false);
    proxy.cut();
    expect(await failures()).toEqual([AWAY, AWAY]);
  });

  it('that is closed fail as Prisma’s own do', async () => {
    await database.close();
    expect(await failures()).toEqual([AWAY, AWAY]);
  });
});
