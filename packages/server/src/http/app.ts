/** Everything that is answered over HTTP, as one Fastify instance without a server of its own. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import cors from '@fastify/cors';
import { LIMITS } from '@parley/contract/schemas';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';

import { Refusal } from '../core/refusal.ts';
import { sendError } from './errors.ts';
import { mountHealth, type HealthOptions } from './health.ts';
import { REFERENCE_PATH } from './openapi.ts';
import type { Origins } from './origins.ts';
import { sendRestError } from './rest-errors.ts';
import { REST_PREFIX, restRoutes } from './rest.ts';
import { secure } from './security.ts';
import { createHttpContext, mountTrpc, type TrpcOptions } from './trpc.ts';
import { boundUnread } from './unread-bodies.ts';
import { isNavigation, mountWebApp } from './web-app.ts';

export interface AppOptions extends TrpcOptions {
  origins: Origins;
  readiness: HealthOptions['readiness'];
  /** Where the built web app is; none is served without one. */
  webDirectory?: string | undefined;
}

/** A batch of calls names them all in its path. */
const PATH_LENGTH = 8_192;

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { services, origins, addressOf, readiness, webDirectory } = options;
  const logger: FastifyBaseLogger = services.log;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.httpBodyBytes,
    // `addressOf` knows about proxies, for HTTP and WebSockets alike.
    trustProxy: false,
    genReqId: requestId,
    // A path that cannot be decoded.
    frameworkErrors(error, request, reply) {
      boundUnread(request, reply);
      const isRest = request.url.startsWith(`${REST_PREFIX}/`);
      void (isRest ? sendRestError(error, request, reply) : sendError(request, reply, error));
    },
    routerOptions: { maxParamLength: PATH_LENGTH },
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    boundUnread(request, reply);
    done();
  });
  app.addHook('onResponse', async ({ id, method, routeOptions, raw }, reply) => {
    const ms = Math.round(reply.elapsedTime);
    services.log.debug(
      { requestId: id, method, route: routeOptions.url, status: reply.statusCode, ip: addressOf(raw), ms },
      'request',
    );
    await Promise.resolve();
  });
  app.setErrorHandler((error: Error, request, reply) => sendError(request, reply, error));

  await secure(app, { reference: `${REST_PREFIX}${REFERENCE_PATH}` });
  await app.register(cors, {
    delegator: ({ headers }, decide) => {
      const allowed = headers.origin !== undefined && origins.allows(headers.origin, headers.host);
      decide(null, { origin: allowed, ...CORS });
    },
  });

  await app.register(restRoutes, {
    prefix: REST_PREFIX,
    router: options.router,
    contextOf: (request, reply) => createHttpContext(options, { request, reply, stream: false }),
  });

  mountTrpc(app, options);
  mountHealth(app, { metrics: services.metrics, readiness });

  const hasPages = webDirectory !== undefined && (await mountWebApp(app, webDirectory));
  app.setNotFoundHandler(async (request, reply) => {
    if (hasPages && isNavigation(request)) return await reply.sendFile('index.html');
    return await sendError(request, reply, new Refusal('not_found'));
  });
  await app.ready();
  return app;
}

/** In place of Fastify's own compilers of schemas: no route needs them, and to load them is a tenth of each start. */
const noCompiler = () => (): never => {
  throw new Error('the schema of a route is documentation, and is not compiled');
};

/** One that the caller chose, where it is a plain word, so that its logs and ours can be joined. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'last-event-id', 'trpc-accept', 'x-request-id'],
  exposedHeaders: ['retry-after', 'x-request-id'],
  maxAge: 600,
};
