/** The database of a server that was given none: opened, taken by this node where it is alone, and migrated. */
import type { Clock } from './clock.ts';
import type { Closing } from './closing.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import { NodeLock } from './node-lock.ts';
import { openDatabase } from './open-database.ts';

interface Options {
  config: Config;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  closing: Closing;
}

/** @throws StartupError in one line when it cannot be used. */
export async function openOwnDatabase({
  config,
  clock,
  log,
  metrics,
  closing,
}: Options): Promise<{ database: Database; nodeLock: NodeLock | undefined }> {
  const database = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir, log });
  closing.add(() => database.close());
  // The embedded database is locked by its directory.
  const nodeLock =
    database.kind === 'postgres'
      ? await NodeLock.take({ database, shared: config.redisUrl !== undefined, clock, log, metrics })
      : undefined;
  closing.add(() => nodeLock?.[Symbol.asyncDispose]());
  const applied = await migrate(database);
  if (applied.length > 0) log.info({ applied }, 'database migrated');
  return { database, nodeLock };
}
