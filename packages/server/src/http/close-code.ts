/**
 * How a socket is closed. Codes below 4000 ask the client to come again by itself; the others say that it would fail
 * the same way until it changes something. The reason is one of the contract's where it has one.
 */
import type { ErrorReason } from '@parley/contract';

export const CLOSE = {
  tooLong: 1009,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badFrames: 4400,
  unauthenticated: 4401,
  timedOut: 4408,
  tooMany: 4429,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

/** Reasons for which a client needs another token: it is refused by name, and the socket is closed. */
const NEEDS_TOKEN: ReadonlySet<ErrorReason> = new Set([
  'unauthenticated',
  'token_invalid',
  'token_expired',
  'user_disabled',
] satisfies ErrorReason[]);

/** For a socket that is ended for a reason. */
export function closeCodeOf(reason: ErrorReason): CloseCode {
  if (NEEDS_TOKEN.has(reason)) return CLOSE.unauthenticated;
  return reason === 'bad_connection_params' ? CLOSE.badFrames : CLOSE.tryAgainLater;
}
