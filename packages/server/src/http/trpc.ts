/** tRPC over HTTP: calls one by one and in batches, subscriptions as server-sent events. The token is a Bearer header. */
import { LIMITS } from '@parley/contract/schemas';
import type { AnyTRPCRouter } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Authenticator } from '../core/authenticator.ts';
import type { Context } from '../core/context.ts';
import { Refusal } from '../core/refusal.ts';
import type { Services } from '../core/services.ts';
import { tokenFromHeader } from './access-token.ts';
import type { AddressOf } from './addresses.ts';
import { authenticate } from './authenticate.ts';
import type { Connections } from './connections.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { retryAfterSeconds } from './errors.ts';
import { BODY_CONSTRAINT, LARGE, LargeBodies } from './large-bodies.ts';
import { StreamConnection } from './stream-connection.ts';

export interface HttpContextOptions {
  services: Services;
  authenticator: Authenticator;
  connections: Connections;
  addressOf: AddressOf;
  limits: EdgeLimits;
}

export interface TrpcOptions extends HttpContextOptions {
  router: AnyTRPCRouter;
}

/**
 * The context of one request: whoever its Bearer token names. Never throws. With `stream` the request is a
 * subscription, and counts as a connection for as long as it is open.
 */
export async function createHttpContext(
  { services, authenticator, connections, addressOf, limits }: HttpContextOptions,
  { request, reply, stream }: { request: FastifyRequest; reply: FastifyReply; stream: boolean },
): Promise<Context> {
  const { clock, log, metrics } = services;
  const ip = addressOf(request.raw);
  const connection = new StreamConnection({
    id: request.id,
    ip,
    response: reply.raw,
    limits,
    clock,
  });
  const token = tokenFromHeader(request.headers.authorization);
  connection.settle(
    await authenticate(token, { authenticator, log, requestId: request.id, arrives: stream }),
  );
  if (stream && !reply.raw.destroyed) {
    connection.stream(connections);
    metrics.connections.inc({ transport: 'http' });
    reply.raw.once('close', () => metrics.connections.dec({ transport: 'http' }));
  }
  return {
    requestId: request.id,
    ip,
    connection,
    services,
    authentication: () => connection.authentication(),
    async renew(accessToken) {
      const { caller, expiresAt } = await authenticator.verify(accessToken);
      const present = connection.authentication();
      if (present.caller?.id !== caller.id) {
        throw new Refusal('token_invalid', { message: 'The token names someone else' });
      }
      return expiresAt;
    },
  };
}

const PATH = '/trpc/*';
const METHODS = ['GET', 'HEAD', 'POST'];

/** Mounts `/trpc/*`. A scope of its own: tRPC reads JSON by itself, and no other content type. */
export function mountTrpc(app: FastifyInstance, options: TrpcOptions): void {
  app.addConstraintStrategy(BODY_CONSTRAINT);
  void app.register((scope, _, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.addHook('onRequest', (_request, reply, next) => {
      void reply.header('cache-control', 'no-store');
      next();
    });
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      await fastifyRequestHandler({
        router: options.router,
        req: request,
        res: reply,
        path: pathOf(request),
        maxBatchSize: LIMITS.httpBatch,
        // What is asked may be longer than an address can be. A change is never made by GET.
        allowMethodOverride: true,
        createContext: ({ info }) =>
          createHttpContext(options, { request, reply, stream: info.type === 'subscription' }),
        responseMeta: ({ errors }) => {
          const waits = errors.flatMap((error) =>
            error instanceof Refusal ? (error.details.retryAfterMs ?? []) : [],
          );
          const headers = new Headers();
          if (waits.length > 0) headers.set('retry-after', retryAfterSeconds(Math.max(...waits)));
          if (errors.some(({ code }) => code === 'UNAUTHORIZED')) headers.set('www-authenticate', 'Bearer');
          return { headers };
        },
      });
    };
    scope.route({ method: METHODS, url: PATH, handler });
    scope.route({
      // `OPTIONS` is for CORS.
      method: scope.supportedMethods.filter((method) => ![...METHODS, 'OPTIONS'].includes(method)),
      url: PATH,
      // Before the body is read: tRPC would find its type wrong, and cannot be asked by TRACE at all.
      onRequest: (_request, reply, next) => {
        void reply.header('allow', METHODS.join(', '));
        next(new Refusal('method_not_allowed'));
      },
      handler: () => undefined,
    });
    const { authenticator, limits, services } = options;
    const large = new LargeBodies({ authenticator, log: services.log, perUser: limits.largeBodiesPerUser });
    scope.route({
      method: 'POST',
      url: PATH,
      constraints: LARGE,
      bodyLimit: LIMITS.trpcBodyBytes,
      onRequest: (request, reply) => large.admit(request, reply),
      handler,
    });
    done();
  });
}

/** As it was sent: tRPC decodes it. */
function pathOf({ raw: { url = '' } }: FastifyRequest): string {
  return url.slice('/trpc/'.length).split('?')[0] ?? '';
}
