/** What a REST call is told when it is refused: the same as over tRPC, in one flat object. */
import type { ErrorReason } from '@parley/contract';
import { Offer, REASONS } from '@parley/contract/schemas';
import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { Refusal } from '../core/refusal.ts';
import { asRefusal, describeError, flat, setHeaders } from './errors.ts';

const codes = [...new Set(Object.values(REASONS).map(({ code }) => code))];
const reasons = Object.keys(REASONS) as ErrorReason[];

/** The body of every answer that is not a success. */
export const RestError = z.object({
  error: z.object({
    code: z.enum(codes),
    reason: z.enum(reasons).meta({ description: 'Stable and machine-readable' }),
    message: z.string().meta({ description: 'For people' }),
    retryable: z.boolean().meta({ description: 'Whether the same call may succeed later' }),
    requestId: z.string().meta({ description: "To find the call in the server's logs" }),
    retryAfterMs: z.int().min(0).optional(),
    issues: z
      .object({ formErrors: z.array(z.string()), fieldErrors: z.record(z.string(), z.array(z.string())) })
      .optional()
      .meta({ description: 'What is wrong with the input, by field' }),
    offer: Offer.optional().meta({ description: 'For whoever was too late: the offer as it is now' }),
  }),
});

/** More precise than the reason alone, for what Fastify refuses. */
const MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says',
};

/** Answers with `{ error }`, and the headers that go with it. */
export async function sendRestError(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const shape = describeError(preciseRefusal(error), request.id);
  const { httpStatus } = shape.data;
  // A procedure has logged its own failure.
  if (httpStatus >= 500 && !(error instanceof TRPCError)) {
    request.log.error({ err: error, requestId: request.id }, 'request failed');
  }
  setHeaders(reply, shape);
  await reply
    .code(httpStatus)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: flat(shape) }));
}

function preciseRefusal(error: Error): TRPCError {
  const message = MESSAGES['code' in error ? String(error.code) : ''];
  return message === undefined ? asRefusal(error) : new Refusal('invalid_input', { message });
}
