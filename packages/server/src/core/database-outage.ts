import { Refusal } from './refusal.ts';

/** Prisma's codes for a database that cannot be reached, has no connection to spare, or sees writers in each other's way. */
const CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034']);
/** What the driver adapters call the same. */
const KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** PostgreSQL's classes: connection exception, transaction rollback, insufficient resources, operator intervention. */
const SQL_STATE = /^(08|40|53|57)/;
/** What the pool of `pg` says, with no code, when no connection came free in time. */
const POOL_TIMEOUT = 'timeout exceeded when trying to connect';

interface Failure {
  code?: unknown;
  meta?: { driverAdapterError?: { cause?: { kind?: unknown; originalCode?: unknown } } };
}

/** Whether a query failed because the database is away, so that the same call may succeed later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, meta, message }: Failure & Error = error;
  const { kind, originalCode } = meta?.driverAdapterError?.cause ?? {};
  return (
    message.includes(POOL_TIMEOUT) ||
    (typeof code === 'string' && CODES.has(code)) ||
    (typeof kind === 'string' && KINDS.has(kind)) ||
    (typeof originalCode === 'string' && SQL_STATE.test(originalCode))
  );
}

/** An outage as the retryable refusal that callers are told; anything else as it is. */
export function refusalOfOutage(error: unknown): unknown {
  return isOutage(error) ? new Refusal('unavailable') : error;
}
