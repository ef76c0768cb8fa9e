import { existsSync } from 'node:fs';
import { mkdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { PrismaClient } from '../generated/prisma/client.ts';
import type { DataDirectory } from './data-directory.ts';
import { openDataDirectory } from './data-directory.ts';
import { TRANSACTION_OPTIONS } from './database-timeouts.ts';
import type { Database, DatabaseOptions, Session } from './database.ts';
import type { PGlite } from './pglite.mjs';
import { StartupError } from './startup-error.ts';

export async function openEmbedded(options: DatabaseOptions & { dataDir: string }): Promise<Database> {
  const directory = options.dataDir === 'memory' ? undefined : await openDataDirectory(options.dataDir);
  const { PGlite } = await import('./pglite.mjs');
  using _awake = stayAwake();
  let pglite: PGlite;
  try {
    pglite =
      directory === undefined
        ? await PGlite.create({})
        : await onDisk(directory, (dataDir) => PGlite.create({ dataDir }));
  } catch (error) {
    await directory?.release();
    if (error instanceof StartupError) throw error;
    const [where, see] =
      directory === undefined ? ['in memory', ''] : [`in ${directory.path}`, ' (see PARLEY_DATA_DIR)'];
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new StartupError(`the embedded database ${where} does not start: ${reason}${see}`, {
      cause: error,
    });
  }

  return await embeddedDatabase(pglite, directory);
}

/** The database on a PGlite that runs already; closing it closes that, and frees the directory. */
export async function embeddedDatabase(pglite: PGlite, directory?: DataDirectory): Promise<Database> {
  const { PrismaPGlite } = await import('./pglite.mjs');
  await pglite.exec(`SET TIME ZONE 'UTC'`);
  const adapter = new PrismaPGlite(pglite);
  const prisma = new PrismaClient({
    adapter,
    errorFormat: 'minimal',
    transactionOptions: TRANSACTION_OPTIONS,
  });
  const end = async () => {
    try {
      await prisma.$disconnect();
      await pglite.close();
    } finally {
      await directory?.release();
    }
  };
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= end());
  return {
    kind: 'embedded',
    writers: 1,
    prisma,
    session: () => Promise.resolve(session(pglite)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * A first start that was killed half-way leaves files that no start can use, and nothing of anybody's in them:
 * the marker says so, and the next start begins again.
 */
async function onDisk(
  directory: DataDirectory,
  create: (dataDir: string) => Promise<PGlite>,
): Promise<PGlite> {
  const path = join(directory.path, 'db');
  const marker = join(directory.path, 'db.unfinished');
  if (existsSync(marker)) await rm(path, { recursive: true, force: true });
  const fresh = !existsSync(path);
  if (fresh) {
    await writeFile(marker, 'The first start has not finished; db/ is made again by the next one.\n');
    await mkdir(path, { mode: 0o700 });
  }
  const pglite = await create(path);
  if (fresh) await unlink(marker);
  return pglite;
}

/**
 * Something that Node has to wait for: WebAssembly that is compiled is nothing of the kind, and where there is nothing
 * else Node stands still until the whole of PostgreSQL has been optimised, long after it could have gone on.
 */
function stayAwake(): Disposable {
  const timer = setInterval(() => undefined, 60_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function session(pglite: PGlite): Session {
  return {
    query: async <Row extends object>(sql: string, values: unknown[] = []) =>
      (await pglite.query(sql, values)).rows as Row[],
    transaction: (work) =>
      pglite.transaction((transaction) =>
        work({
          query: async <Row extends object>(sql: string, values: unknown[] = []) =>
            (await transaction.query(sql, values)).rows as Row[],
          script: async (sql) => void (await transaction.exec(sql)),
        }),
      ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
