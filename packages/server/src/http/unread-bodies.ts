/**
 * What an answer leaves unread of its request's body. Node takes all of it and throws it away, however much comes, since
 * another request may follow. As much as a body may have is taken, so that a peer who still writes it hears the answer;
 * where more may come, the connection is closed with the answer, as Fastify does when it refuses a body by itself.
 */
import { LIMITS } from '@parley/contract/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Before the head of an answer is written. */
export function boundUnread({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (!raw.complete && announced(raw.headers) > LIMITS.trpcBodyBytes) reply.raw.shouldKeepAlive = false;
}

/** A body in pieces does not say how long it is. */
const announced = (headers: FastifyRequest['raw']['headers']): number =>
  headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Infinity;
