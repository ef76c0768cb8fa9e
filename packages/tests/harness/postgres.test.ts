// A PostgreSQL that tests end and start again.
import { Client } from 'pg';
import { describe, expect, inject, it } from 'vitest';

import { startPostgres } from './postgres.ts';

async function ask(url: string, query: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query)).rows;
  } finally {
    await client.end();
  }
}

describe.runIf(inject('postgresUrl') !== undefined)('a PostgreSQL of a test', () => {
  it('keeps what it has acknowledged when it is killed and started again, if it is durable', async () => {
    await using postgres = await startPostgres({ durable: true });
    if (postgres === undefined) throw new Error('there was a PostgreSQL a moment ago');
    const url = await postgres.createDatabase();
    await ask(url, 'CREATE TABLE numbers AS SELECT 1 AS number');
    await postgres.kill();
    await expect(ask(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.start();
    await ask(url, 'INSERT INTO numbers VALUES (2)');
    await postgres.halt();
    await postgres.start();
    expect(await ask(url, 'SELECT number FROM numbers ORDER BY number')).toEqual([
      { number: 1 },
      { number: 2 },
    ]);
  });
});
