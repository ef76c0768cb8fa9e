import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { createPool } from './database-pool.ts';
import { createPostgres } from './testing/databases.ts';

const server = inject('postgresUrl');

describe.runIf(server !== undefined)('the pool', () => {
  let pool: Pool;
  beforeEach(async () => {
    pool = createPool({ connectionString: await createPostgres(server ?? '') }, 1);
  });
  afterEach(() => pool.end());

  /** Uses the one connection, and says which it was. */
  const use = async (statement: string, values: unknown[] = []) => {
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await client.query(statement, values).catch(() => undefined);
    client.release();
    return rows[0]?.pid;
  };

  it('keeps a connection that is at rest', async () => {
    const first = await use('SELECT 1');
    await use('SELECT wrong');
    expect(await use('SELECT 1')).toBe(first);
  });

  it('does not keep one that comes back in the middle of a transaction', async () => {
    const first = await use('BEGIN');
    expect(await use('SELECT 1')).not.toBe(first);
  });

  it('does not keep one that was told that it only reads', async () => {
    await pool.query('CREATE TABLE a (id int)');
    await pool.query('SELECT 1');
    const first = await use('SET default_transaction_read_only = on');
    expect(await use('INSERT INTO a VALUES (1)')).toBe(first);
    expect(await use('INSERT INTO a VALUES (2)')).not.toBe(first);
    expect((await pool.query('SELECT id FROM a')).rows).toEqual([{ id: 2 }]);
  });

  it('ends a statement that takes or waits too long, and a transaction that is abandoned, at the server', async () => {
    const { rows } = await pool.query(
      `SELECT name, setting FROM pg_settings WHERE name IN
       ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`,
    );
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: '5000' },
      { name: 'lock_timeout', setting: '7000' },
      { name: 'statement_timeout', setting: '9000' },
    ]);
  });
});
