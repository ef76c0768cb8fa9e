import type { Database, DatabaseOptions } from './database.ts';

/**
 * Connects to the database and proves that it answers.
 *
 * @throws StartupError in one line, never with a password: unreachable, refused, older than PostgreSQL 14, or the
 * data directory is in use.
 * @example
 * await using database = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir, log });
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  // Each loads a driver of its own, which the start of the other need not wait for.
  if (options.url !== undefined) {
    const { openPostgres } = await import('./database-postgres.ts');
    return openPostgres({ ...options, url: options.url });
  }
  const { openEmbedded } = await import('./database-embedded.ts');
  return openEmbedded({ ...options, dataDir: options.dataDir ?? 'memory' });
}
