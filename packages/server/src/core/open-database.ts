import { openEmbedded } from './database-embedded.ts';
import { openPostgres } from './database-postgres.ts';
import type { Database, DatabaseOptions } from './database.ts';

/**
 * Connects to the database and proves that it answers.
 *
 * @throws StartupError in one line, never with a password: unreachable, refused, older than PostgreSQL 14, or the
 * data directory is in use.
 * @example
 * await using database = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir, log });
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== undefined) return openPostgres({ ...options, url: options.url });
  return openEmbedded({ ...options, dataDir: options.dataDir ?? 'memory' });
}
