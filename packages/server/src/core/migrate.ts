// Brings the database up to prisma/migrations at start. Promises:
// - one migration is one transaction, with its row in Prisma's `_prisma_migrations`: after a failure nothing of it
//   remains and a corrected one applies at the next start;
// - nodes that start at once take turns;
// - the table is the one `prisma migrate deploy` keeps, so either may follow the other.
// Applied by hand because Prisma's engine can promise neither of the first two through a driver adapter: it runs a
// script outside a transaction, `@prisma/adapter-pg` cuts the script at every `;` and keeps the engine's lock in its
// pool, and `pglite-prisma-adapter` loses a script's errors, so that a failed one counts as applied. The engine
// still writes migrations (schema-engine.ts), and the tests hold this file against it.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Database, Session } from './database.ts';
import { StartupError } from './startup-error.ts';

/** The number that Prisma's own engine locks. */
const LOCK = 72_707_369;
const LOCK_WAIT_S = 60;
const TABLE_WAIT_S = 10;
const LOCK_NOT_AVAILABLE = '55P03';

const CREATE_TABLE = `
CREATE TABLE "_prisma_migrations" (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface Migration {
  readonly name: string;
  readonly script: string;
}

interface Row {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/**
 * Applies the migrations that the database lacks, in the order of their names.
 *
 * @returns the names of those it applied.
 * @throws StartupError in one line when one fails (and nothing of it remains), or when one that is applied
 * has changed, is missing from the directory, or was left half done by another tool.
 */
export async function migrate(database: Database, directory = migrationsDirectory()): Promise<string[]> {
  const migrations = await readMigrations(directory);
  await using session = await database.session();
  try {
    if (database.kind === 'postgres') await takeTurn(session);
    const pending = pendingOf(migrations, await readRows(session));
    for (const migration of pending) await apply(session, migration);
    return pending.map(({ name }) => name);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`the database cannot be migrated: ${describe(error)}`, { cause: error });
  }
}

/** Beside the bundle when published, in the repository otherwise (from source and from `dist` alike). */
export function migrationsDirectory(): string {
  const candidates = ['./migrations', '../../../prisma/migrations', '../../../../prisma/migrations'].map(
    (path) => fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(join(path, 'migration_lock.toml')));
  if (found === undefined) throw new StartupError(`no migrations were found in ${candidates.join(', ')}`);
  return found;
}

/** The lock belongs to the session and goes with it, however the process ends. */
async function takeTurn(session: Session): Promise<void> {
  await session.query('SET statement_timeout = 0');
  await session.query(`SET lock_timeout = '${LOCK_WAIT_S}s'`);
  try {
    await session.query('SELECT pg_advisory_lock($1)', [LOCK]);
    // A table that cannot be locked fails the migration; waiting would hold up every statement behind it.
    await session.query(`SET lock_timeout = '${TABLE_WAIT_S}s'`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new StartupError(`another node has been migrating the database for more than ${LOCK_WAIT_S} s`, {
      cause: error,
    });
  }
}

async function readRows(session: Session): Promise<Row[]> {
  if (!(await hasTable(session))) return [];
  return await session.query<Row>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
}

async function hasTable(session: Pick<Session, 'query'>): Promise<boolean> {
  const [table] = await session.query<{ there: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS there`,
  );
  return table?.there === true;
}

function pendingOf(migrations: readonly Migration[], rows: readonly Row[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of rows) {
    if (!row.finished) {
      throw new StartupError(
        `migration ${row.name} was left half done by another tool; mend the database, then "prisma migrate resolve"`,
      );
    }
    const migration = known.get(row.name);
    if (migration === undefined) {
      throw new StartupError(
        `the database has migration ${row.name}, which this server does not: it was migrated by a newer version, or the file was removed`,
      );
    }
    if (!checksums(migration.script).includes(row.checksum)) {
      throw new StartupError(
        `migration ${row.name} has changed since it was applied; write a new one instead`,
      );
    }
  }
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(session: Session, { name, script }: Migration): Promise<void> {
  const startedAt = new Date();
  try {
    await session.transaction(async (transaction) => {
      if (!(await hasTable(transaction))) await transaction.query(CREATE_TABLE);
      await transaction.script(script);
      await transaction.query(
        `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
         VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
        [randomUUID(), checksum(script), name, startedAt.toISOString()],
      );
    });
  } catch (error) {
    throw new StartupError(`migration ${name} failed and was rolled back: ${describe(error, script)}`, {
      cause: error,
    });
  }
}

/** The server's sentence, and the line of the script it speaks of. */
function describe(error: unknown, script = ''): string {
  const { message, position } = error as { message?: unknown; position?: unknown };
  const sentence = typeof message === 'string' ? message.split('\n')[0] : 'unknown error';
  const offset = script === '' ? 0 : Number(position);
  if (sentence === undefined || !(offset > 0)) return sentence ?? '';
  return `${sentence} (migration.sql line ${script.slice(0, offset).split('\n').length})`;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return await Promise.all(
      names.toSorted().map(async (name) => ({
        name,
        script: await readFile(join(directory, name, 'migration.sql'), 'utf8'),
      })),
    );
  } catch (error) {
    throw new StartupError(`the migrations cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

const checksum = (script: string) => createHash('sha256').update(script).digest('hex');

/** A checkout may have turned the line ends; that is no change. */
function checksums(script: string): string[] {
  const unix = script.replaceAll('\r\n', '\n');
  return [script, unix, unix.replaceAll('\n', '\r\n')].map(checksum);
}
