/**
 * Tells a database that is away from a query that is wrong. PostgreSQL, `pg`, Prisma's adapter and Prisma each have
 * their own words for the same faults, and some of `pg` have no code at all.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import { Refusal } from './refusal.ts';

/** What callers are told of an outage: both may be tried again. */
export type Outage = 'unavailable' | 'timed_out';

/** Each of PostgreSQL's has a digit, unlike the operating system's `EPIPE`. Those of Prisma are none. */
const STATE = /^(?!P[12]\d{3}$)(?=.*\d)[0-9A-Z]{5}$/;
const QUERY_CANCELLED = '57014';
/** PostgreSQL's classes: connection, transaction undone, resources, operator. */
const STATE_CLASSES = /^(?:08|40|53|57)/;
/** … and of other classes: ended an abandoned transaction, waited too long for a lock, … */
const OTHER_STATES = ['25P03', '55P03'];
export const READ_ONLY = '25006';
/** … and those after which a connection is of no more use: only reads; has a statement no more as it was prepared. */
export const SPENT_STATES: ReadonlySet<string> = new Set([READ_ONLY, '26000', '0A000']);
const STATES = new Set([...OTHER_STATES, ...SPENT_STATES]);
/** Prisma: not reachable, closed, no connection to spare, writers in each other's way. */
const CODES = new Set(['P1001', 'P1002', 'P1017', 'P2024', 'P2034', 'P2037']);
/** Prisma: a socket, or an interactive transaction, that took too long; `pg`: a socket. */
const TIMEOUT_CODES = new Set(['P1008', 'P2028', 'ETIMEDOUT']);
/** What Prisma's adapters call it. */
const KINDS = new Set([
  'ConnectionClosed',
  'DatabaseNotReachable',
  'TooManyConnections',
  'TransactionWriteConflict',
]);
const TIMEOUT_KIND = 'SocketTimeout';
/** The operating system's, of `pg`, or where Prisma's adapter passes it on. */
const SOCKET_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
]);
/** What `pg` says with no code. */
const SAYINGS =
  /(?:timeout exceeded when trying to connect|timeout expired|Connection terminated(?: unexpectedly| due to connection timeout)?|is not queryable|Cannot use a pool after calling end on the pool|Query read timeout)$/;

interface AdapterCause {
  kind?: unknown;
  originalCode?: unknown;
}

interface Failure {
  code?: unknown;
  /** Of an adapter's error that Prisma passes on bare, as when a COMMIT fails. */
  cause?: unknown;
  meta?: { driverAdapterError?: { cause?: AdapterCause } };
}

/** How the database is away, so that the same call may succeed later; undefined where it is not. */
export function outageOf(error: unknown): Outage | undefined {
  if (!(error instanceof Error)) return undefined;
  const state = stateOf(error);
  if (state === QUERY_CANCELLED) return 'timed_out';
  if (state !== undefined) return STATE_CLASSES.test(state) || STATES.has(state) ? 'unavailable' : undefined;
  const { code } = error as Failure;
  const kind = causeOf(error)?.kind;
  if (kind === TIMEOUT_KIND || (typeof code === 'string' && TIMEOUT_CODES.has(code))) return 'timed_out';
  const away =
    (typeof kind === 'string' && KINDS.has(kind)) ||
    (typeof code === 'string' && (CODES.has(code) || SOCKET_CODES.has(code))) ||
    SAYINGS.test(error.message);
  return away ? 'unavailable' : undefined;
}

/**
 * PostgreSQL's code (SQLSTATE) of what failed, however the error came here: it tells what has happened to the
 * transaction for certain. Undefined where no word of PostgreSQL is known.
 */
export function stateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as Failure;
  const state = causeOf(error)?.originalCode ?? code;
  return typeof state === 'string' && STATE.test(state) ? state : undefined;
}

/** Asks whether there is a database that can be written to, without writing; rejects where there is none. */
export async function askToWrite(db: PrismaClient): Promise<void> {
  await db.$queryRaw`SELECT 1 FROM "Topic" WHERE false FOR UPDATE`;
}

/** An outage as the retryable refusal that callers are told; anything else as it is. */
export function refusalOfOutage(error: unknown): unknown {
  const outage = outageOf(error);
  return outage === undefined ? error : new Refusal(outage);
}

function causeOf({ meta, cause }: Failure): AdapterCause | undefined {
  const bare = typeof cause === 'object' && cause !== null ? cause : undefined;
  return meta?.driverAdapterError?.cause ?? bare;
}
