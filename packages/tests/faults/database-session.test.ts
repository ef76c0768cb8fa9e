import { describe, expect, inject, it } from 'vitest';

import { openDatabase } from '../../server/src/core/open-database.ts';
import { createPostgres, databases, silent } from '../../server/src/core/testing/databases.ts';

describe.runIf(databases().some(({ kind }) => kind === 'postgres'))('a session of its own', () => {
  it('ends though the database says nothing any more', async () => {
    const url = await createPostgres(inject('postgresUrl') ?? '');
    await using database = await openDatabase({ url, log: silent });
    const session = await database.session();
    const [backend] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = backend?.pid ?? 0;
    expect(pid).toBeGreaterThan(0);
    process.kill(pid, 'SIGSTOP');
    try {
      await session[Symbol.asyncDispose]();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
