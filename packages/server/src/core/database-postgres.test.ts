import { once } from 'node:events';
import { createServer } from 'node:net';

import { describe, expect, inject, it } from 'vitest';

import { outageOf } from './database-outage.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { StartupError } from './startup-error.ts';
import { createPostgres, silent } from './testing/databases.ts';

const server = inject('postgresUrl');
const ana = { id: 'ana', username: 'ana', usernameKey: 'ana' };

describe.runIf(server !== undefined)('PostgreSQL', () => {
  it('keeps UTC though its own time zone is another', async () => {
    const own = await createPostgres(server ?? '');
    const name = new URL(own).pathname.slice(1);
    const first = await openDatabase({ url: own, log: silent });
    await first.prisma.$executeRawUnsafe(`ALTER DATABASE "${name}" SET timezone = 'Asia/Kathmandu'`);
    await first.close();
    await using database = await openDatabase({ url: own, log: silent });
    await migrate(database);
    const { createdAt } = await database.prisma.user.create({ data: ana });
    expect(Math.abs(createdAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('keeps to the schema that the URL names', async () => {
    const own = await createPostgres(server ?? '');
    const admin = await openDatabase({ url: own, log: silent });
    await admin.prisma.$executeRawUnsafe('CREATE SCHEMA chat');
    await admin.close();
    await using database = await openDatabase({ url: `${own}?schema=chat`, log: silent });
    await migrate(database);
    await database.prisma.user.create({ data: ana });
    expect(await database.prisma.$queryRaw`SELECT count(*)::int AS n FROM chat."User"`).toEqual([{ n: 1 }]);
  });

  it('holds no more connections than the pool allows', async () => {
    await using database = await openDatabase({
      url: await createPostgres(server ?? ''),
      poolSize: 3,
      log: silent,
    });
    await Promise.all(
      Array.from({ length: 20 }, () => database.prisma.$queryRaw`SELECT 1 FROM pg_sleep(0.01)`),
    );
    const [row] = await database.prisma.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`;
    expect(row?.n).toBe(3);
  });

  it('prepares a statement once in each connection', async () => {
    await using database = await openDatabase({ url: await createPostgres(server ?? ''), log: silent });
    const times = await database.prisma.$transaction(async (tx) => {
      for (const number of [1, 2, 3]) await tx.$queryRaw`SELECT 'prepared', ${number}::int`;
      return await tx.$queryRaw`
        SELECT (generic_plans + custom_plans)::int AS times FROM pg_prepared_statements
        WHERE statement LIKE ${`SELECT 'prepared', %`}`;
    });
    expect(times).toEqual([{ times: 3 }]);
  });

  it('prepares anew what answers in another shape since a table has one', async () => {
    await using database = await openDatabase({
      url: await createPostgres(server ?? ''),
      poolSize: 1,
      log: silent,
    });
    const { prisma } = database;
    await prisma.$executeRaw`CREATE TABLE changing (id int)`;
    const read = () => prisma.$queryRaw`SELECT * FROM changing WHERE id = ${1}::int`;
    expect(await read()).toEqual([]);
    await prisma.$executeRaw`ALTER TABLE changing ADD COLUMN later int`;
    expect(outageOf(await read().catch((error: unknown) => error))).toBe('unavailable');
    expect(await read()).toEqual([]);
  });

  it('outlives the loss of its idle connections', async () => {
    await using database = await openDatabase({ url: await createPostgres(server ?? ''), log: silent });
    const name = await database.prisma.$queryRaw<{ name: string }[]>`SELECT current_database() AS name`;
    await using admin = await openDatabase({ url: server ?? '', log: silent });
    await admin.prisma.$queryRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name[0]?.name ?? ''}`;
    await expect
      .poll(() => database.prisma.$queryRaw`SELECT 1 AS one`.catch(() => undefined))
      .toEqual([{ one: 1 }]);
  });

  it.each([
    ['is not there', { port: '1' }, /nothing listens there/],
    ['has no such database', { pathname: '/nowhere' }, /the database does not exist/],
    ['is on an unknown host', { hostname: 'nowhere.invalid' }, /the host (is unknown|cannot be looked up)/],
    ['has no such user', { username: 'nobody' }, /refused the user|does not exist/],
  ])('that %s is reported in one line, without the password', async (_, change, reason) => {
    const url = Object.assign(new URL(server ?? ''), { password: 'hunter2' }, change).href;
    const opened = openDatabase({ url, log: silent });
    await expect(opened).rejects.toThrow(StartupError);
    await expect(opened).rejects.toThrow(reason);
    await expect(opened).rejects.toThrow(/^PostgreSQL at \S+ cannot be used: [^\n]+ \(see DATABASE_URL\)$/);
    await expect(opened).rejects.not.toThrow(/hunter2/);
  });

  it('that says nothing is given up after 5 s', async () => {
    await using mute = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(openDatabase({ url: `postgresql://u:p@127.0.0.1:${port}/x`, log: silent })).rejects.toThrow(
      'no answer within 5 s',
    );
  });
});
