import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { embeddedDatabase } from './database-embedded.ts';
import type { Database } from './database.ts';
import { migrate, migrationsDirectory } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { PGlite, PrismaPGlite } from './pglite.mjs';
import { differenceToSchema, NO_FILTERS, readSchema, schemaEngine } from './schema-engine.ts';
import { StartupError } from './startup-error.ts';
import { createPostgres, databases, silent } from './testing/databases.ts';
import { engineAdapter } from './testing/engine-adapter.ts';

const SCHEMA = resolve(import.meta.dirname, '../../../../prisma');
const server = inject('postgresUrl');

interface Empty extends Database {
  /** For Prisma's engine. */
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
}

/** The embedded database is emptied between tests, because it takes seconds to start. */
let pglite: PGlite | undefined;
const keep = () => Promise.resolve();
async function empty(kind: Database['kind']): Promise<Empty> {
  if (kind === 'postgres') {
    const url = await createPostgres(server ?? '');
    const engine = await engineAdapter(url);
    const database = await openDatabase({ url, log: silent });
    const close = () => Promise.all([engine[Symbol.asyncDispose](), database.close()]).then(() => undefined);
    return { ...database, adapter: engine.adapter, close, [Symbol.asyncDispose]: close };
  }
  pglite ??= await PGlite.create({});
  await pglite.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const adapter = new PrismaPGlite(pglite);
  return { ...(await embeddedDatabase(pglite)), adapter, close: keep, [Symbol.asyncDispose]: keep };
}

async function tables(database: Database): Promise<string[]> {
  await using session = await database.session();
  const rows = await session.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function history(database: Database): Promise<Record<string, unknown>[]> {
  await using session = await database.session();
  return await session.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, logs, rolled_back_at, applied_steps_count
     FROM "_prisma_migrations" ORDER BY started_at, migration_name`,
  );
}

let directory: string;
const put = async (name: string, script: string) => {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'migration.sql'), script);
};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-migrations-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));
afterAll(() => pglite?.close());

/** What Prisma's engine wants to know of a directory of migrations. */
async function asList(path: string) {
  const names = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  return {
    baseDir: path,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names
        .map(({ name }) => name)
        .toSorted()
        .map(async (name) => ({
          path: name,
          migrationFile: {
            path: 'migration.sql',
            content: { tag: 'ok' as const, value: await readFile(join(path, name, 'migration.sql'), 'utf8') },
          },
        })),
    ),
  };
}

describe.each(databases())('migrations on $kind', ({ kind }) => {
  it('lead to the schema, with no difference', async () => {
    await using database = await empty(kind);
    expect(await migrate(database)).toEqual(
      (await asList(migrationsDirectory())).migrationDirectories.map(({ path }) => path),
    );
    expect(await differenceToSchema(database.adapter, SCHEMA)).toBeUndefined();
  });

  it('are applied once', async () => {
    await using database = await empty(kind);
    await migrate(database);
    expect(await migrate(database)).toEqual([]);
  });

  it('are recorded as Prisma records them', async () => {
    await using database = await empty(kind);
    await migrate(database);
    const engine = await schemaEngine(database.adapter, await readSchema(SCHEMA));
    const migrationsList = await asList(migrationsDirectory());
    expect(await engine.applyMigrations({ migrationsList, filters: NO_FILTERS })).toEqual({
      appliedMigrationNames: [],
    });
    expect(
      await engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters: NO_FILTERS,
      }),
    ).toEqual({
      editedMigrationNames: [],
      failedMigrationNames: [],
      hasMigrationsTable: true,
      history: null,
    });
    const ours = await history(database);
    engine.free();

    await using other = await empty(kind);
    const theirs = await schemaEngine(other.adapter, await readSchema(SCHEMA));
    await theirs.applyMigrations({ migrationsList, filters: NO_FILTERS });
    theirs.free();
    expect(await history(other)).toEqual(ours);
  });

  it('leave nothing of one whose second statement fails, and take its correction', async () => {
    await using database = await empty(kind);
    await put('1_first', 'CREATE TABLE first (id int);');
    await put('2_second', 'CREATE TABLE second (id int);\n\nINSERT INTO nowhere VALUES (1);\n');
    const failure = migrate(database, directory);
    await expect(failure).rejects.toThrow(StartupError);
    await expect(failure).rejects.toThrow(
      'migration 2_second failed and was rolled back: relation "nowhere" does not exist (migration.sql line 3)',
    );
    expect(await tables(database)).toEqual(['_prisma_migrations', 'first']);
    expect(await history(database)).toHaveLength(1);

    await put('2_second', 'CREATE TABLE second (id int);');
    expect(await migrate(database, directory)).toEqual(['2_second']);
    expect(await tables(database)).toEqual(['_prisma_migrations', 'first', 'second']);
  });

  it('leave an empty database empty when the first one fails', async () => {
    await using database = await empty(kind);
    await put('1_first', 'CREATE TABLE first (id int); SELECT 1/0;');
    await expect(migrate(database, directory)).rejects.toThrow('division by zero');
    expect(await tables(database)).toEqual([]);
  });

  it('may hold semicolons in functions and texts', async () => {
    await using database = await empty(kind);
    await put(
      '1_first',
      `CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'a;b'; END $$; CREATE TABLE t AS SELECT f() AS x;`,
    );
    await migrate(database, directory);
    await using session = await database.session();
    expect(await session.query('SELECT x FROM t')).toEqual([{ x: 'a;b' }]);
  });

  it('refuse a change to one that is applied, but not other line ends', async () => {
    await using database = await empty(kind);
    await put('1_first', 'CREATE TABLE first (id int);\n');
    await migrate(database, directory);
    await put('1_first', 'CREATE TABLE first (id int);\r\n');
    expect(await migrate(database, directory)).toEqual([]);
    await put('1_first', 'CREATE TABLE first (id bigint);\n');
    await expect(migrate(database, directory)).rejects.toThrow(
      'migration 1_first has changed since it was applied',
    );
  });

  it('refuse a database that has one which this server lacks', async () => {
    await using database = await empty(kind);
    await put('1_first', 'CREATE TABLE first (id int);');
    await put('2_newer', 'CREATE TABLE newer (id int);');
    await migrate(database, directory);
    await rm(join(directory, '2_newer'), { recursive: true });
    await expect(migrate(database, directory)).rejects.toThrow(
      'the database has migration 2_newer, which this server does not',
    );
  });

  it('refuse a database in which another tool left one half done, until that is resolved', async () => {
    await using database = await empty(kind);
    await migrate(database, directory);
    await put('1_first', 'CREATE TABLE first (id int);');
    await migrate(database, directory);
    await using session = await database.session();
    await session.query(`UPDATE "_prisma_migrations" SET finished_at = NULL`);
    await expect(migrate(database, directory)).rejects.toThrow('migration 1_first was left half done');
    await session.query(`UPDATE "_prisma_migrations" SET rolled_back_at = now()`);
    await session.query(`DROP TABLE first`);
    expect(await migrate(database, directory)).toEqual(['1_first']);
  });

  it('refuse a directory that holds none of the script', async () => {
    await using database = await empty(kind);
    await mkdir(join(directory, '1_first'));
    await expect(migrate(database, directory)).rejects.toThrow('the migrations cannot be read');
  });
});

describe.runIf(server !== undefined)('several nodes that start at once', () => {
  it('take turns, and one of them migrates', async () => {
    const url = await createPostgres(server ?? '');
    await cp(migrationsDirectory(), directory, { recursive: true });
    await put('99999999999999_slow', 'SELECT pg_sleep(0.3); CREATE TABLE slow (id int);');
    const nodes = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url, log: silent })));
    const applied = await Promise.all(nodes.map((node) => migrate(node, directory)));
    expect(applied.filter((names) => names.length === 0)).toHaveLength(3);
    expect(applied.flat()).toContain('99999999999999_slow');
    await Promise.all(nodes.map((node) => node.close()));
  });
});
