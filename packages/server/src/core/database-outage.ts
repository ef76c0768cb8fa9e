import { Refusal } from './refusal.ts';

/** Prisma's codes for a database that cannot be reached, or has no connection to spare. */
const CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
/** What the driver adapters call the same. */
const KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** PostgreSQL's classes: connection exception, insufficient resources, operator intervention. */
const SQL_STATE = /^(08|53|57P)/;

interface Failure {
  code?: unknown;
  meta?: { driverAdapterError?: { cause?: { kind?: unknown; originalCode?: unknown } } };
}

/** Whether a query failed because the database is away, so that the same call may succeed later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, meta } = error as Failure;
  const { kind, originalCode } = meta?.driverAdapterError?.cause ?? {};
  return (
    (typeof code === 'string' && CODES.has(code)) ||
    (typeof kind === 'string' && KINDS.has(kind)) ||
    (typeof originalCode === 'string' && SQL_STATE.test(originalCode))
  );
}

/** An outage as the retryable refusal that callers are told; anything else as it is. */
export function refusalOfOutage(error: unknown): unknown {
  return isOutage(error) ? new Refusal('unavailable') : error;
}
