// Real databases for tests, ready in a fraction of a second: a copy of a migrated one, on both kinds.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

import { Client } from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';

import { embeddedDatabase } from '../database-embedded.ts';
import type { Database } from '../database.ts';
import { migrate, migrationsDirectory } from '../migrate.ts';
import { openDatabase } from '../open-database.ts';
import { PGlite } from '../pglite.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the run's own server, as its superuser; undefined where the machine has none. */
    postgresUrl: string | undefined;
    /** Of the run's own Redis, shared by its tests; undefined where the machine has none. */
    redisUrl: string | undefined;
  }
}

/** The migrated database that tests copy. */
export const TEMPLATE = 'parley_template';
export const silent = pino({ level: 'silent' });

export interface TestDatabase extends Database {
  /** Removes every row, so that the tests of a file can share one database. */
  clear(): Promise<void>;
}

export interface DatabaseKind {
  readonly kind: Database['kind'];
  /** A migrated database of its own. PostgreSQL: 0.1 s; embedded: 0.7 s, so share one per file and `clear` it. */
  readonly open: () => Promise<TestDatabase>;
}

/**
 * The kinds that this machine has: the embedded one, and PostgreSQL where there is one.
 *
 * @example
 * describe.each(databases())('messages on $kind', ({ open }) => {
 *   let database: TestDatabase;
 *   beforeAll(async () => { database = await open(); });
 *   beforeEach(() => database.clear());
 *   afterAll(() => database.close());
 */
export function databases(): [DatabaseKind, ...DatabaseKind[]] {
  const embedded: DatabaseKind = { kind: 'embedded', open: openEmbedded };
  const url = inject('postgresUrl');
  if (url === undefined) return [embedded];
  return [embedded, { kind: 'postgres', open: () => openPostgres(url) }];
}

/** @returns the URL of a new database on the run's PostgreSQL, empty unless it copies a template. */
export async function createPostgres(server: string, template?: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${template}`}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

async function openPostgres(server: string): Promise<TestDatabase> {
  return withClear(await openDatabase({ url: await createPostgres(server, TEMPLATE), log: silent }));
}

async function openEmbedded(): Promise<TestDatabase> {
  return withClear(await embeddedDatabase(await PGlite.create({ loadDataDir: await snapshot() })));
}

function withClear(database: Database): TestDatabase {
  return {
    ...database,
    async clear() {
      await using session = await database.session();
      const tables = await session.query<{ name: string }>(
        `SELECT quote_ident(tablename) AS name FROM pg_tables
         WHERE schemaname = current_schema() AND tablename <> '_prisma_migrations'`,
      );
      if (tables.length > 0)
        await session.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`);
    },
  };
}

/** Kept between runs under a name that says what it was made from; made again by whoever misses it. */
async function snapshot(): Promise<Blob> {
  const migrations = migrationsDirectory();
  const hash = createHash('sha256').update(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  for (const name of (await readdir(migrations)).toSorted()) {
    hash.update(name);
    if (!name.includes('.')) hash.update(await readFile(join(migrations, name, 'migration.sql')));
  }
  const directory = resolve(import.meta.dirname, '../../../node_modules/.cache/parley');
  const file = join(directory, `${hash.digest('hex').slice(0, 16)}.tar`);
  try {
    return new Blob([await readFile(file)]);
  } catch {
    const made = await makeSnapshot();
    await mkdir(directory, { recursive: true });
    const outdated = (await readdir(directory)).filter((name) => name.endsWith('.tar'));
    await Promise.all(outdated.map((name) => rm(join(directory, name), { force: true })));
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, Buffer.from(await made.arrayBuffer()));
    await rename(draft, file);
    return made;
  }
}

async function makeSnapshot(): Promise<Blob> {
  const pglite = await PGlite.create({});
  await using database = await embeddedDatabase(pglite);
  await migrate(database);
  return await pglite.dumpDataDir('none');
}
