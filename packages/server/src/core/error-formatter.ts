import type { ErrorReason } from '@parley/contract';
import { REASONS } from '@parley/contract/schemas';
import type { TRPC_ERROR_CODE_KEY, TRPCDefaultErrorShape, TRPCError } from '@trpc/server';
import { flattenError, ZodError } from 'zod';

import type { Context } from './context.ts';
import type { ErrorShape } from './error-shape.ts';
import { Refusal } from './refusal.ts';

/** The reason of an error that tRPC raised itself, by its code. */
const REASON_BY_CODE: Partial<Record<TRPC_ERROR_CODE_KEY, ErrorReason>> = {
  PARSE_ERROR: 'invalid_input',
  BAD_REQUEST: 'invalid_input',
  UNAUTHORIZED: 'unauthenticated',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'method_not_allowed',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported_media_type',
  UNPROCESSABLE_CONTENT: 'invalid_input',
  PAYLOAD_TOO_LARGE: 'payload_too_large',
  TOO_MANY_REQUESTS: 'rate_limited',
  TIMEOUT: 'timed_out',
  SERVICE_UNAVAILABLE: 'unavailable',
};

/**
 * What a caller is told of an error: reasons and messages of the contract, the issues of its own input, and
 * nothing from inside. No stack, SQL or Prisma text gets past here.
 */
export function shapeError({
  shape,
  error,
  ctx,
}: {
  shape: TRPCDefaultErrorShape;
  error: TRPCError;
  ctx: Pick<Context, 'requestId'> | undefined;
}): ErrorShape {
  const { code, httpStatus, path } = shape.data;
  const input = inputError(error);
  const reason = reasonOf(error);
  const details = error instanceof Refusal ? error.details : {};
  return {
    code: shape.code,
    message: details.message ?? REASONS[reason].message,
    data: {
      code,
      httpStatus,
      ...(path !== undefined && { path }),
      reason,
      retryable: REASONS[reason].retryable,
      requestId: ctx?.requestId ?? null,
      ...(details.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
      ...(details.offer !== undefined && { offer: details.offer }),
      ...(input !== undefined && { issues: input.issues }),
    },
  };
}

/** Why a call failed, as its caller is told. */
export function reasonOf(error: TRPCError): ErrorReason {
  if (error instanceof Refusal) return error.reason;
  return inputError(error)?.reason ?? REASON_BY_CODE[error.code] ?? 'internal';
}

/** A host's own schemas may have reasons that are none of the contract's. */
const isReason = (reason: unknown): reason is ErrorReason =>
  typeof reason === 'string' && Object.hasOwn(REASONS, reason);

function inputError(error: TRPCError) {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ZodError)) return undefined;
  const named = error.cause.issues.find(
    (issue) => issue.code === 'custom' && issue.params?.['reason'] !== undefined,
  );
  const reason: unknown = named?.code === 'custom' ? named.params?.['reason'] : undefined;
  return { reason: isReason(reason) ? reason : 'invalid_input', issues: flattenError(error.cause) } as const;
}
