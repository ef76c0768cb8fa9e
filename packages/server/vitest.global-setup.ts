// One PostgreSQL for the run, with a migrated database that tests copy.
import { pino } from 'pino';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';

import { startPostgres } from '../tests/harness/postgres.ts';
import { migrate } from './src/core/migrate.ts';
import { openDatabase } from './src/core/open-database.ts';
import { TEMPLATE } from './src/core/testing/databases.ts';

const URL_KEY: keyof ProvidedContext = 'postgresUrl';

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const postgres = await startPostgres();
  project.provide(URL_KEY, postgres?.url);
  if (postgres === undefined) {
    if (process.env['CI'] === 'true')
      throw new Error('PostgreSQL is needed when CI=true: install its server');
    process.stdout.write('Left out: every test on PostgreSQL, because this machine has no server for it.\n');
    return undefined;
  }
  try {
    const url = await postgres.createDatabase({ name: TEMPLATE });
    await using database = await openDatabase({ url, log: pino({ level: 'silent' }) });
    await migrate(database);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return () => postgres.stop();
}
