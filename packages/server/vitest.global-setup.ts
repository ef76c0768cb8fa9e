// One PostgreSQL and one Redis for the run; in the first, a migrated database that tests copy.
import { pino } from 'pino';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';

import { startPostgres } from '../tests/harness/postgres.ts';
import { startRedis } from '../tests/harness/redis.ts';
import { migrate } from './src/core/migrate.ts';
import { openDatabase } from './src/core/open-database.ts';
import { TEMPLATE } from './src/core/testing/databases.ts';

const POSTGRES_KEY: keyof ProvidedContext = 'postgresUrl';
const REDIS_KEY: keyof ProvidedContext = 'redisUrl';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers: AsyncDisposable[] = [];
  const stop = async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  };
  try {
    const postgres = await startPostgres();
    project.provide(POSTGRES_KEY, postgres?.url);
    if (postgres === undefined) leaveOut('PostgreSQL');
    else {
      servers.push(postgres);
      const url = await postgres.createDatabase({ name: TEMPLATE });
      await using database = await openDatabase({ url, log: pino({ level: 'silent' }) });
      await migrate(database);
    }
    const redis = await startRedis();
    project.provide(REDIS_KEY, redis?.url);
    if (redis === undefined) leaveOut('Redis');
    else servers.push(redis);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

function leaveOut(name: string): void {
  if (process.env['CI'] === 'true') throw new Error(`${name} is needed when CI=true: install its server`);
  process.stdout.write(`Left out: every test on ${name}, because this machine has no server for it.\n`);
}
