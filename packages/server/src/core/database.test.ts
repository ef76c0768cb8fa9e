import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';

import { outageOf } from './database-outage.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { PGlite } from './pglite.mjs';
import { StartupError } from './startup-error.ts';
import type { TestDatabase } from './testing/databases.ts';
import { createPostgres, databases, silent } from './testing/databases.ts';

const server = inject('postgresUrl');
const ana = { id: 'ana', username: 'ana', usernameKey: 'ana' };

describe.each(databases())('a database ($kind)', ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(() => database.clear());
  afterAll(() => database.close());

  it('is migrated and empty', async () => {
    expect(await database.prisma.user.count()).toBe(0);
    await database.prisma.user.create({ data: ana });
    await database.clear();
    expect(await database.prisma.user.count()).toBe(0);
  });

  it('reads the time that the database wrote as that time', async () => {
    const { createdAt } = await database.prisma.user.create({ data: ana });
    expect(Math.abs(createdAt.getTime() - Date.now())).toBeLessThan(60_000);
    const at = new Date('2026-01-02T03:04:05.678Z');
    const { lastSeenAt } = await database.prisma.user.update({
      where: { id: 'ana' },
      data: { lastSeenAt: at },
    });
    expect(lastSeenAt).toEqual(at);
  });

  it('undoes an interactive transaction that throws', async () => {
    const work = database.prisma.$transaction(async (tx) => {
      await tx.user.create({ data: ana });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await database.prisma.user.count()).toBe(0);
  });

  it('reports a second row under the same key as P2002', async () => {
    await database.prisma.user.create({ data: ana });
    await expect(database.prisma.user.create({ data: { ...ana, id: 'ben' } })).rejects.toMatchObject({
      code: 'P2002',
    });
  });

  it('undoes a session transaction that throws', async () => {
    await using session = await database.session();
    const work = session.transaction(async (tx) => {
      await tx.script(`CREATE TABLE a (id int); CREATE TABLE b (id int);`);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await session.query(`SELECT to_regclass('a') AS a`)).toEqual([{ a: null }]);
  });

  it('may be closed twice', async () => {
    const other = await open();
    await other.close();
    await expect(other.close()).resolves.toBeUndefined();
  });
});

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

describe('the embedded database', () => {
  it('has Node wait for it while it starts, and no longer', async () => {
    const begun = vi.spyOn(globalThis, 'setInterval');
    const ended = vi.spyOn(globalThis, 'clearInterval');
    const waitedFor = () => {
      const timers = begun.mock.results.map(({ value }) => value as NodeJS.Timeout);
      return timers.filter((one) => one.hasRef() && !ended.mock.calls.some(([past]) => past === one)).length;
    };
    const create = vi.spyOn(PGlite, 'create');
    let atStart = 0;
    create.mockImplementationOnce(async (...options: Parameters<typeof PGlite.create>) => {
      create.mockRestore();
      atStart = waitedFor();
      return await PGlite.create(...options);
    });
    try {
      await using _database = await openDatabase({ dataDir: 'memory', log: silent });
      expect([atStart, waitedFor()]).toEqual([1, 0]);
    } finally {
      begun.mockRestore();
      ended.mockRestore();
    }
  });
});

describe('the embedded database on disk', () => {
  let parent: string;
  beforeAll(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'parley-db-')));
  });
  afterAll(() => rm(parent, { recursive: true, force: true }));

  it('serves one process, keeps what a killed one committed, and starts again at once', async () => {
    const script = `
      import { openDatabase } from ${JSON.stringify(resolve(import.meta.dirname, 'open-database.ts'))};
      import { migrate } from ${JSON.stringify(resolve(import.meta.dirname, 'migrate.ts'))};
      (async () => {
        const database = await openDatabase({ dataDir: ${JSON.stringify(parent)} });
        await migrate(database);
        await database.prisma.user.create({ data: ${JSON.stringify(ana)} });
        process.stdout.write('committed');
        setInterval(() => undefined, 1000);
      })();`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    });
    try {
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      expect(said.toString()).toBe('committed');
      await expect(openDatabase({ dataDir: parent, log: silent })).rejects.toThrow(
        'in use by another process',
      );
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    await using database = await openDatabase({ dataDir: parent, log: silent });
    expect(await migrate(database)).toEqual([]);
    expect(await database.prisma.user.findMany({ select: { id: true } })).toEqual([{ id: 'ana' }]);
  });

  it('begins again when its first start was killed half-way', async () => {
    const path = join(parent, 'half');
    const first = await openDatabase({ dataDir: path, log: silent });
    await first.close();
    expect(await readdir(path)).toEqual(['db']);
    await rm(join(path, 'db', 'global'), { recursive: true });
    await writeFile(join(path, 'db.unfinished'), '');
    await using database = await openDatabase({ dataDir: path, log: silent });
    expect(await migrate(database)).not.toEqual([]);
    expect(await readdir(path)).not.toContain('db.unfinished');
  });

  it('that cannot start says so in one line and frees the directory', async () => {
    const path = join(parent, 'half');
    await rm(join(path, 'db', 'global'), { recursive: true });
    for (const _ of [1, 2]) {
      await expect(openDatabase({ dataDir: path, log: silent })).rejects.toThrow(
        /^the embedded database in .+ does not start: [^\n]+ \(see PARLEY_DATA_DIR\)$/,
      );
    }
  });
});
