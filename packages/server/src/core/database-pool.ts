/**
 * The connections to PostgreSQL that a server shares. Promises that none which is of no more use stays in the pool:
 * - one that says nothing while it is in use is destroyed (the network has swallowed it);
 * - one that comes back in the middle of a transaction, or with an answer outstanding, is closed;
 * - one to a server that only reads (a standby, or a primary that has become one) is closed, and none is opened, so
 *   after a failover the next one reaches the primary, and nothing is read that is older than what was written;
 * - one whose prepared statements are no more what they were is closed, and the next one prepares them anew.
 */
import type { Socket } from 'node:net';

import { DatabaseError, Pool, type ClientConfig, type PoolClient } from 'pg';

import { READ_ONLY, SPENT_STATES } from './database-outage.ts';
import {
  ABANDONED_MS,
  CONNECTION_LIFE_MS,
  CONNECT_MS,
  IDLE_MS,
  LOCK_MS,
  SILENCE_MS,
  STATEMENT_MS,
} from './database-timeouts.ts';

/** What each new connection is asked first. */
export const READ_ONLY_QUESTION = `SELECT current_setting('transaction_read_only') AS setting`;

const LIMITS = {
  connectionTimeoutMillis: CONNECT_MS,
  statement_timeout: STATEMENT_MS,
  lock_timeout: LOCK_MS,
  idle_in_transaction_session_timeout: ABANDONED_MS,
  idleTimeoutMillis: IDLE_MS,
  maxLifetimeSeconds: CONNECTION_LIFE_MS / 1_000,
};

export function createPool(connection: ClientConfig, size: number): Pool {
  const spent = new WeakSet<PoolClient>();
  const pool = new Pool({
    ...connection,
    ...LIMITS,
    max: size,
    // oxlint-disable-next-line typescript/no-misused-promises -- its types lag: the pool waits, and gives up what rejects
    onConnect: (client) => prepare(client as PoolClient),
  });

  async function prepare(client: PoolClient): Promise<void> {
    client.connection.on('errorMessage', ({ code }: { code?: string }) => {
      if (code !== undefined && SPENT_STATES.has(code)) spent.add(client);
    });
    const socket = socketOf(client);
    socket.on('timeout', () => socket.destroy(silence()));
    socket.setTimeout(SILENCE_MS);
    const { rows } = await client.query<{ setting: string }>(READ_ONLY_QUESTION);
    if (rows[0]?.setting === 'on') throw readOnlyError();
  }

  pool.on('acquire', (client) => void socketOf(client).setTimeout(SILENCE_MS));
  pool.on('release', (_error, client) => {
    socketOf(client).setTimeout(0);
    // The pool does not keep one that is ending.
    if (spent.has(client) || client.getTransactionStatus() !== 'I') void client.end();
  });
  return pool;
}

/** Over TLS too it is one. */
const socketOf = ({ connection }: PoolClient) => connection.stream as Socket;

/** As the kernel would say it, so that everything above knows what it is. */
const silence = () =>
  Object.assign(new Error('the database has not answered'), {
    code: 'ETIMEDOUT',
    syscall: 'read',
    errno: -110,
  });

const readOnlyError = () =>
  Object.assign(new DatabaseError('the database only reads', 0, 'error'), {
    code: READ_ONLY,
    severity: 'FATAL',
  });
