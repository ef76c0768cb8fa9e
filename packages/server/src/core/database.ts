import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Logger } from './logger.ts';

/**
 * The one database of a server: PostgreSQL, or the same PostgreSQL embedded in this process.
 *
 * On both kinds every session's time zone is UTC. That is no matter of taste: Prisma's adapters read a
 * `timestamptz` by replacing its offset, so in any other zone each time would be wrong by that offset.
 */
export interface Database extends AsyncDisposable {
  readonly kind: 'postgres' | 'embedded';
  readonly prisma: PrismaClient;
  /** Changes that may be under way at once; what is left of the connections is for reads. */
  readonly writers: number;
  /** A connection of its own, outside the pool. The embedded database has one connection, which this shares. */
  session(): Promise<Session>;
  /** Ends the connections, and frees the data directory. */
  close(): Promise<void>;
}

export interface Session extends Queryable, AsyncDisposable {
  /** Rolls back when `work` throws. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

export interface Transaction extends Queryable {
  /** Any number of statements, as one script. */
  script(sql: string): Promise<void>;
}

interface Queryable {
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
}

export interface DatabaseOptions {
  /** A `postgresql://` URL. Without one the database is embedded. */
  readonly url?: string | undefined;
  /** Where the embedded database lives; `memory` leaves nothing behind. */
  readonly dataDir?: string | undefined;
  readonly log: Logger;
  /** Connections in the pool to PostgreSQL, 10 by default, 2 or more. */
  readonly poolSize?: number;
}
