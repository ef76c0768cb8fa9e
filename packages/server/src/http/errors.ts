/** Errors of HTTP itself, in the shape that every other refusal has. */
import type { ErrorReason } from '@parley/contract';
import type { TRPCDefaultErrorShape } from '@trpc/server';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { shapeError } from '../core/error-formatter.ts';
import type { ErrorShape } from '../core/error-shape.ts';
import { Refusal } from '../core/refusal.ts';
import { transformer } from '../core/transformer.ts';

/** What Fastify refuses a request for, by the status that it would answer. */
const REASON_BY_STATUS: Record<number, ErrorReason> = {
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'unavailable',
};

/** The error as a refusal of the contract; the unexpected stays what it is, and is masked by its shape. */
export function asRefusal(error: Error | FastifyError): TRPCError {
  if (error instanceof TRPCError) return error;
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  const reason = REASON_BY_STATUS[status] ?? (status < 500 ? 'invalid_input' : undefined);
  if (reason !== undefined) return new Refusal(reason);
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
}

/** What a caller is told of an error. */
export function describeError(error: TRPCError, requestId: string): ErrorShape {
  const shape: TRPCDefaultErrorShape = {
    message: error.message,
    code: TRPC_ERROR_CODES_BY_KEY[error.code],
    data: { code: error.code, httpStatus: getHTTPStatusCodeFromError(error) },
  };
  const described = shapeError({ shape, error, ctx: undefined });
  return { ...described, data: { ...described.data, requestId } };
}

/** The same without tRPC's nesting, as REST answers. */
export function flat({ message, data }: ErrorShape) {
  const { code, reason, retryable, requestId, retryAfterMs, issues, offer } = data;
  return { code, reason, message, retryable, requestId, retryAfterMs, issues, offer };
}

/** Answers with an error: `{ error: … }`, on `/trpc` as tRPC's clients expect it, flat elsewhere. */
export async function sendError(request: FastifyRequest, reply: FastifyReply, error: Error): Promise<void> {
  const refusal = asRefusal(error);
  const shape = describeError(refusal, request.id);
  const { httpStatus } = shape.data;
  if (httpStatus >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
  setHeaders(reply, shape);
  const body = /^\/trpc(\/|\?|$)/.test(request.url) ? transformer.output.serialize(shape) : flat(shape);
  await reply
    .code(httpStatus)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: body }));
}

/** What a refusal says by headers too. */
export function setHeaders(reply: FastifyReply, { data: { httpStatus, retryAfterMs } }: ErrorShape): void {
  if (retryAfterMs !== undefined) void reply.header('retry-after', retryAfterSeconds(retryAfterMs));
  if (httpStatus === 401) void reply.header('www-authenticate', 'Bearer');
}

/** For the `Retry-After` header: whole seconds, so that coming back then is not too early. */
export const retryAfterSeconds = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1_000)));
