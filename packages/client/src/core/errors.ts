import type { ErrorReason } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import type { TRPCClientError } from '@trpc/client';

import { Failure } from './failure.ts';

/**
 * What a failed call throws; no instance of the class of your own `@trpc/client`: ask {@link isParleyError}. `data` is missing
 * only where nothing reached the server, for example after `close()`.
 */
export type ParleyClientError = TRPCClientError<AppRouter>;

/** What the server says of a refusal: `reason`, whether it is `retryable`, and what goes with it. */
export type ErrorDetails = NonNullable<ParleyClientError['data']>;

/** A {@link ParleyClientError} of a known reason. */
export type ParleyError<Reason extends ErrorReason = ErrorReason> = ParleyClientError & {
  readonly data: ErrorDetails & { readonly reason: Reason };
};

/**
 * Whether a failed call was refused, and, with `reason`, for that reason.
 *
 * @example
 * try {
 *   await client.trpc.offers.update.mutate({ conversationId, offerId, status: 'accepted' });
 * } catch (error) {
 *   if (isParleyError(error, 'offer_not_open')) show(error.data.offer);
 *   else throw error;
 * }
 */
export function isParleyError<Reason extends ErrorReason = ErrorReason>(
  error: unknown,
  reason?: Reason,
): error is ParleyError<Reason> {
  if (!(error instanceof Failure)) return false;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('reason' in data)) return false;
  return reason === undefined ? typeof data.reason === 'string' : data.reason === reason;
}

const TOKEN_REASONS: ReadonlySet<ErrorReason> = new Set([
  'token_expired',
  'token_invalid',
  'unauthenticated',
]);

/** Whether it is the token that was refused, so that another one may do. */
export function isTokenRefusal(error: unknown): error is ParleyError {
  return (
    // What `auth.renew` refuses is the token that it was given, not the connection's.
    isParleyError(error) && error.data.path !== 'auth.renew' && TOKEN_REASONS.has(error.data.reason)
  );
}

/** Whether the same call may succeed later: by itself, or with another token. */
export const mayPass = (error: unknown): boolean =>
  isParleyError(error) && (error.data.retryable || isTokenRefusal(error));

/** There is no token that the server takes. */
export function unauthorised(reason: ErrorReason): ParleyClientError {
  return refusal('Sign in first: no token is taken', {
    shape: -32001,
    code: 'UNAUTHORIZED',
    httpStatus: 401,
    reason,
  });
}

/** The call did not reach the server, or its answer did not come back. */
export function unreachable(cause: unknown): ParleyClientError {
  return refusal('No answer came; the call may have taken effect', {
    shape: -32603,
    code: 'SERVICE_UNAVAILABLE',
    httpStatus: 503,
    reason: 'unavailable',
    retryable: true,
    cause,
  });
}

/** More unsent messages are here than there is room for. */
export function tooMany(): ParleyClientError {
  return refusal('Too many messages', {
    shape: -32029,
    code: 'TOO_MANY_REQUESTS',
    httpStatus: 429,
    reason: 'rate_limited',
    retryable: true,
  });
}

/** The server would not take so much at once. */
export function tooLarge(): ParleyClientError {
  return refusal('The message is too large', {
    shape: -32013,
    code: 'PAYLOAD_TOO_LARGE',
    httpStatus: 413,
    reason: 'payload_too_large',
  });
}

type ErrorShape = NonNullable<ParleyClientError['shape']>;

interface Said extends Pick<ErrorDetails, 'code' | 'httpStatus' | 'reason'> {
  /** The JSON-RPC code of the error. */
  shape: ErrorShape['code'];
  retryable?: boolean;
  cause?: unknown;
}

const ours = new WeakSet<object>();

/** An error of our own, in the shape that the server's have. */
function refusal(message: string, { shape, retryable = false, cause, ...said }: Said): ParleyClientError {
  const data = { ...said, retryable, requestId: null };
  const error = new Failure(message, {
    shape: { code: shape, message, data },
    cause: cause instanceof Error ? cause : undefined,
  });
  ours.add(error);
  return error;
}

/** Whether it is a Parley server that has said so, and neither this client nor something on the way. */
export function isAnswer(error: unknown): error is ParleyClientError {
  return error instanceof Failure && Boolean(error.shape) && !ours.has(error);
}
