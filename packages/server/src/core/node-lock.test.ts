import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import type { Database } from './database.ts';
import { createMetrics } from './metrics.ts';
import { NodeLock } from './node-lock.ts';
import { openDatabase } from './open-database.ts';
import { createPostgres, silent } from './testing/databases.ts';
import { ManualClock } from './testing/manual-clock.ts';

const server = inject('postgresUrl');
const REFUSAL = 'another node uses this database: set REDIS_URL on every node to run more than one';

describe.runIf(server !== undefined)('the lock of a node', () => {
  let database: Database;
  const metrics = createMetrics();
  beforeEach(async () => {
    database = await openDatabase({ url: await createPostgres(server ?? ''), log: silent });
  });
  afterEach(() => database.close());

  /** One that asks whether it still holds when a test says so, and not by itself. */
  const take = (shared: boolean, silenceMs?: number) =>
    NodeLock.take({
      database,
      shared,
      clock: new ManualClock(),
      log: silent,
      metrics,
      ...(silenceMs !== undefined && { silenceMs }),
    });
  /** Ends every connection that holds an advisory lock here, as a restart of the database does. */
  const breakLocks = () => database.prisma.$queryRaw<object[]>`
    SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  const gauge = async () => (await metrics.nodeLock.get()).values[0]?.value;

  it('is refused to a second one, and to one of the other kind, and shared by those with a bus', async () => {
    const alone = await take(false);
    await Promise.all([
      expect(take(false)).rejects.toThrow(REFUSAL),
      expect(take(true)).rejects.toThrow(REFUSAL),
    ]);
    const next = take(true);
    await alone[Symbol.asyncDispose]();
    await using _first = await next;
    await using _second = await take(true);
  });

  it('is taken again when the database has lost it', async () => {
    await using lock = await take(false);
    await breakLocks();
    await lock.check();
    expect([lock.isTaken, await gauge()]).toEqual([false, 1]);
    expect(await breakLocks()).toHaveLength(1);
  });

  it('that another has taken meanwhile is told, and taken again when that one has left', async () => {
    await using lock = await take(false);
    await breakLocks();
    const other = await take(false);
    await lock.check();
    expect([lock.isTaken, await gauge()]).toEqual([true, 0]);
    await other[Symbol.asyncDispose]();
    await lock.check();
    expect([lock.isTaken, await gauge()]).toEqual([false, 1]);
  });

  it('is lost by one that does not ask any more', async () => {
    await using frozen = await take(false, 2_000);
    await using _next = await take(false);
    await frozen.check();
    expect(frozen.isTaken).toBe(true);
  });
});
