// Two servers on one database that cannot hear each other.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { createPostgres } from '../../server/src/core/testing/databases.ts';
import { freePort } from '../harness/free-port.ts';
import { startProcess } from '../harness/processes.ts';
import { JWT_SECRET } from '../harness/server.ts';

const server = inject('postgresUrl');

describe.runIf(server !== undefined)('a second node without REDIS_URL', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('is refused with one clear line while the first lives, and starts once that was killed', async () => {
    const start = async (name: string) =>
      startProcess('../../server/src/main.ts', {
        port: await freePort(),
        env: {
          DATABASE_URL: url,
          PARLEY_DATA_DIR: join(directory, name),
          JWT_SECRET,
          LOG_LEVEL: 'warn',
        },
      });
    const url = await createPostgres(server ?? '');
    await using first = await start('first');
    const second = await start('second').catch((error: unknown) => error);
    expect((second as Error).message).toBe(
      'the server did not start:\nparley: another node uses this database: set REDIS_URL on every node to run more than one\n',
    );
    await first.end('SIGKILL');
    await using _third = await start('third');
  }, 180_000);
});
