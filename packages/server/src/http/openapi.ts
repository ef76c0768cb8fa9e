/**
 * The OpenAPI document of the REST API and its browsable form. Everything in it comes from the table, from the schemas
 * that the procedures themselves check with, from what their comments say, and from one example of each.
 */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import * as contract from '@parley/contract/schemas';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { DESCRIPTIONS } from '../generated/descriptions.ts';
import { finishDocument, type OpenApiDocument } from './openapi-document.ts';
import { RestError } from './rest-errors.ts';
import { REST_EXAMPLES } from './rest-examples.ts';
import type { RestInput } from './rest-input.ts';
import type { RestRow } from './rest-table.ts';

export interface DocumentedRoute {
  row: RestRow;
  /** The procedure's input, of which `input` says where its parts are. */
  whole: z.core.$ZodType | undefined;
  input: RestInput;
  output: z.ZodType;
}

export interface Documentation {
  /** Of the document and its browsable form, below the scope's prefix. */
  paths: readonly `/${string}`[];
  /** What Fastify is told of a route. */
  schemaOf: (route: DocumentedRoute) => object;
}

const DOCUMENT = '/openapi.json';
/** Of the browsable reference, beneath the REST API. */
export const REFERENCE_PATH = '/docs';

const TAGS = [
  { name: 'auth', description: 'Accounts and sessions' },
  { name: 'users', description: 'People' },
  { name: 'conversations', description: 'Talks' },
  { name: 'messages', description: 'What is said in a talk' },
  { name: 'receipts', description: 'Who has read how far' },
  { name: 'typing', description: 'Who is writing' },
  { name: 'offers', description: 'What is offered in a talk, and what became of it' },
  { name: 'presence', description: 'Who is online' },
  { name: 'inbox', description: 'What concerns a person in any of their talks' },
];

const DESCRIPTION = `Conversations in which people talk and agree on offers. Whatever is done here reaches everyone as if \
it had been done over WebSocket: the rules, rates and events are the same. Events themselves come over tRPC only, at \
\`/trpc\`.

Times are ISO 8601, money is integer minor units with an ISO 4217 code. Lists are paged: pass \`nextCursor\` as \
\`cursor\` until it is null. A call that creates something takes a \`clientId\`: with the same one again it gives the \
first result again, so that a retry is safe. It answers 201 then too, and so does opening a direct talk that exists.`;

const REFUSED = {
  description: `Refused, or failed. 400: the input is not valid; 401: no good token; 403: not allowed; 404: no such \
thing, or none of one's own; 409: it has changed meanwhile; 413, 415: the body is too large, or not JSON; 429: too many \
requests; 500: our fault.`,
  headers: {
    'Retry-After': { description: 'With 429: in how many seconds to try again', schema: { type: 'integer' } },
    'WWW-Authenticate': { description: 'With 401', schema: { type: 'string', const: 'Bearer' } },
  },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
} as const;

/** Mounts `/openapi.json` and `/docs`, for anyone; call it before the routes are added. */
export async function mountOpenApi(
  scope: FastifyInstance,
  routes: readonly DocumentedRoute[],
): Promise<Documentation> {
  const schemaRegistry = componentSchemas(routes);
  const config = { schemaRegistry, zodToJsonConfig: { override: adaptJsonSchema } };
  const nameComponents = createJsonSchemaTransformObject(config);
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Parley', version: '1', description: DESCRIPTION },
      tags: TAGS,
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        responses: { Refused: REFUSED },
      },
      security: [{ bearer: [] }],
    },
    convertConstToEnum: false,
    transform: createJsonSchemaTransform(config),
    transformObject: (document) => finishDocument(nameComponents(document) as OpenApiDocument, REST_EXAMPLES),
  });
  await scope.register(swaggerUi, {
    routePrefix: REFERENCE_PATH,
    indexPrefix: scope.prefix,
    theme: { title: 'Parley: REST API' },
    uiConfig: { layout: 'BaseLayout', deepLinking: true },
  });
  scope.get(DOCUMENT, { schema: { hide: true } }, () => scope.swagger());
  return { paths: [DOCUMENT, REFERENCE_PATH], schemaOf: routeSchema };
}

function routeSchema({ row, input, output }: DocumentedRoute): object {
  const { params, query, body } = input;
  return {
    operationId: row.procedure,
    summary: row.summary,
    description: DESCRIPTIONS[row.procedure],
    tags: [row.procedure.split('.')[0]],
    ...(row.open && { security: [] }),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    response: {
      [row.status]: {
        description: row.status === 201 ? 'Created' : 'Done',
        content: { 'application/json': { schema: output } },
      },
    },
  };
}

type Components = z.core.$ZodRegistry<{ id?: string | undefined }>;

/** The contract's schemas by their names there. A body has the name of the input that it is a part of. */
function componentSchemas(routes: readonly DocumentedRoute[]): Components {
  const names = new Map<unknown, string>();
  for (const [name, value] of Object.entries(contract)) {
    if (value instanceof z.ZodObject || value instanceof z.ZodUnion) names.set(value, name);
  }
  const components: Components = z.registry();
  for (const { whole, input } of routes) {
    const id = names.get(whole);
    if (id === undefined) continue;
    names.delete(whole);
    if (input.body !== undefined) components.add(input.body, { id });
  }
  for (const [schema, id] of names) components.add(schema as z.ZodType, { id });
  components.add(RestError, { id: 'Error' });
  return components;
}

interface JsonSchemaContext {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** What JSON has instead of a `Date`, and what a schema says of itself in zod's own registry. */
function adaptJsonSchema({ zodSchema, jsonSchema }: JsonSchemaContext): void {
  const { type } = zodSchema._zod.def;
  if (type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
  // Generators take what has a default for what must be given; that nothing is nothing needs not be said.
  if (Array.isArray(jsonSchema.default) && jsonSchema.default.length === 0) delete jsonSchema.default;
  // A client must not break when a field is added.
  if (type === 'object' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  const { id: _, ...said } = z.globalRegistry.get(zodSchema) ?? {};
  if (said['type'] !== undefined) for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  Object.assign(jsonSchema, said);
}
