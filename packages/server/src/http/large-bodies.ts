/**
 * Bodies of `/trpc` that say that they are longer than any other may be, as a batch of long messages is. Nothing of one is
 * kept before it is known who sends it, and of one person only so many are there at once.
 */
import { LIMITS } from '@parley/contract/schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Authenticator } from '../core/authenticator.ts';
import type { Logger } from '../core/logger.ts';
import { Refusal } from '../core/refusal.ts';
import { tokenFromHeader } from './access-token.ts';
import { authenticate } from './authenticate.ts';

interface Options {
  authenticator: Authenticator;
  log: Logger;
  /** At once. */
  perUser: number;
}

/** The routes for them are those with this constraint. */
export const LARGE = { body: 'large' };

/** Tells their routes from those of other bodies. One that does not say how long it is may be no longer than those. */
export const BODY_CONSTRAINT: Parameters<FastifyInstance['addConstraintStrategy']>[0] = {
  name: 'body',
  storage() {
    const routes = new Map<unknown, never>();
    return {
      get: (size) => routes.get(size) ?? null,
      set: (size, route) => void routes.set(size, route as never),
    };
  },
  deriveConstraint: ({ headers }) =>
    Number(headers['content-length']) > LIMITS.httpBodyBytes ? LARGE.body : undefined,
  validate: () => undefined,
};

/** When a place is likely to be free again. */
const RETRY_MS = 1_000;

export class LargeBodies {
  readonly #options: Options;
  /** Requests under way, by person. */
  readonly #counts = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * Lets a request in, before its body is read. Its call asks again who sends it: until the body is there, half a minute
   * may pass, in which the token can end.
   *
   * @throws Refusal where there is no token, for a bad one by the same name as a call's, and when this person has too many
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { authenticator, log, perUser } = this.#options;
    const token = tokenFromHeader(request.headers.authorization);
    // Who comes without one may send as much as anybody.
    if (token === undefined) throw new Refusal('payload_too_large');
    const authentication = await authenticate(token, { authenticator, log, requestId: request.id });
    if (authentication.caller === undefined) throw new Refusal(authentication.refusal);
    const { id } = authentication.caller;
    const count = this.#counts.get(id) ?? 0;
    if (count >= perUser) throw new Refusal('rate_limited', { retryAfterMs: RETRY_MS });
    if (reply.raw.destroyed) return;
    this.#counts.set(id, count + 1);
    reply.raw.once('close', () => this.#leave(id));
  }

  #leave(id: string): void {
    const left = (this.#counts.get(id) ?? 0) - 1;
    if (left > 0) this.#counts.set(id, left);
    else this.#counts.delete(id);
  }
}
