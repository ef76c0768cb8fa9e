/**
 * REST, for callers without tRPC: each row of the table calls its procedure, which checks the token, the rate and the
 * input as it does for everyone. Fastify validates nothing: a call without a token is refused before its input is read.
 */
import { LIMITS } from '@parley/contract/schemas';
import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { z } from 'zod';

import { callProcedure } from '../core/call-procedure.ts';
import type { Context } from '../core/context.ts';
import { Refusal } from '../core/refusal.ts';
import { mountOpenApi, type DocumentedRoute } from './openapi.ts';
import { sendRestError } from './rest-errors.ts';
import { restInput } from './rest-input.ts';
import { REST_TABLE, type RestRow } from './rest-table.ts';

export interface RestOptions {
  router: AnyTRPCRouter;
  /** The context of one request: whoever its Bearer token names. */
  contextOf: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
}

/** Where the API is, to be registered with. */
export const REST_PREFIX = '/api/v1';

/** Mounts the API and its documentation, in a scope of its own. */
export async function restRoutes(scope: FastifyInstance, options: RestOptions): Promise<void> {
  scope.setErrorHandler((error: Error, request, reply) => sendRestError(error, request, reply));
  scope.setNotFoundHandler(() => {
    throw new Refusal('not_found');
  });
  // Before the body is read: a wrong path is not told that its content type is wrong.
  scope.addHook('onRequest', ({ is404 }, _reply, done) => done(is404 ? new Refusal('not_found') : undefined));
  readJsonOnly(scope);

  scope.setValidatorCompiler(() => () => true);
  scope.setSerializerCompiler(() => (value) => JSON.stringify(value));

  const routes = REST_TABLE.map((row) => describeRoute(row, options.router));
  const documentation = await mountOpenApi(scope, routes);
  for (const route of routes) addRoute(scope, { route, schema: documentation.schemaOf(route), options });
  const pages = documentation.paths.map((path) => ({ method: 'GET' as const, path }));
  refuseOtherMethods(scope, [...REST_TABLE, ...pages]);
}

interface Route extends DocumentedRoute {
  type: 'query' | 'mutation';
}

function describeRoute(row: RestRow, router: AnyTRPCRouter): Route {
  const procedures = router._def.procedures as Record<string, AnyTRPCProcedure | undefined>;
  const def = procedures[row.procedure]?._def as
    | { type: Route['type']; inputs: unknown[]; output?: unknown }
    | undefined;
  if (def === undefined) throw new Error(`${row.procedure} of ${row.method} ${row.path} is no procedure`);
  const [input, ...others] = def.inputs;
  if (others.length > 0 || (input !== undefined && !(input instanceof z.ZodType))) {
    throw new Error(`${row.procedure} must have one schema of zod as its input, or none`);
  }
  if (!(def.output instanceof z.ZodType))
    throw new Error(`${row.procedure} must have a schema of zod as its output`);
  return { row, type: def.type, whole: input, input: restInput(row, input), output: def.output };
}

function addRoute(
  scope: FastifyInstance,
  { route, schema, options }: { route: Route; schema: object; options: RestOptions },
): void {
  const { row, type, input } = route;
  scope.route({
    method: row.method,
    url: fastifyPath(row.path),
    schema,
    bodyLimit: LIMITS.httpBodyBytes,
    handler: async (request, reply) => {
      const ctx = await options.contextOf(request, reply);
      const output: unknown = await callProcedure({
        router: options.router,
        path: row.procedure,
        type,
        ctx,
        getRawInput: () => Promise.resolve(input.read(request)),
        // Nothing that is called here waits for it, and making one for each request is dear.
        signal: undefined,
        batchIndex: 0,
      });
      if (!input.isWithin(output, request)) throw new Refusal('not_found');
      return await reply.code(row.status).header('cache-control', 'no-store').send(output);
    },
  });
}

/** A call that needs no body may have an empty one, whatever content type it names. */
function readJsonOnly(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body as string, done);
  });
}

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Answers 405 with `Allow` for a path that is there, with a method that is not. */
function refuseOtherMethods(scope: FastifyInstance, rows: readonly Pick<RestRow, 'method' | 'path'>[]): void {
  for (const path of new Set(rows.map((row) => row.path))) {
    const known: HTTPMethods[] = rows.filter((row) => row.path === path).map(({ method }) => method);
    if (known.includes('GET')) known.push('HEAD');
    const allow = known.toSorted().join(', ');
    scope.route({
      method: METHODS.filter((method) => !known.includes(method)),
      url: fastifyPath(path),
      schema: { hide: true },
      // Before the body is read, as above.
      onRequest: (_request, reply, done) => {
        void reply.header('allow', allow);
        done(new Refusal('method_not_allowed'));
      },
      handler: () => undefined,
    });
  }
}

const fastifyPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
