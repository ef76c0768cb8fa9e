import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';

import { t } from '../core/trpc.ts';
import { procedures } from '../procedures.ts';
import type { JsonSchema, OpenApiDocument, OpenApiOperation } from './openapi-document.ts';
import { REST_EXAMPLES } from './rest-examples.ts';
import { REST_TABLE } from './rest-table.ts';
import { restRoutes } from './rest.ts';

interface Operation extends OpenApiOperation {
  summary: string;
  tags: string[];
  security?: object[];
  parameters?: { in: string; name: string; required: boolean; schema: JsonSchema; example?: unknown }[];
  responses: Record<
    string,
    { $ref: string; content?: Record<string, { schema: JsonSchema; example?: unknown }> }
  >;
}

const router: AnyTRPCRouter = t.router(procedures);
const types = Object.fromEntries(
  Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>).map(([path, { _def }]) => [
    path,
    _def.type,
  ]),
);
const app = fastify();
let document: OpenApiDocument & Record<string, unknown>;

beforeAll(async () => {
  const contextOf = () => Promise.reject(new Error('nothing is called here'));
  await app.register(restRoutes, { prefix: '/api/v1', router, contextOf });
  document = (await app.inject('/api/v1/openapi.json')).json();
});
afterAll(() => app.close());

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const definitionOf = (path: string) =>
  (router._def.procedures as Record<string, AnyTRPCProcedure>)[path]?._def as unknown as {
    inputs: [] | [z.ZodType];
    output: z.ZodType;
  };
const operationOf = ({ method, path }: { method: string; path: string }) =>
  document.paths[`/api/v1${path}`]?.[method.toLowerCase()] as Operation | undefined;

/** A schema with everything that it refers to in its place. */
function resolve(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(resolve);
  const { $ref, ...rest } = schema as JsonSchema;
  const plain = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, resolve(value)]));
  if ($ref === undefined) return plain;
  const name = /^#\/components\/schemas\/(\w+)$/.exec($ref)?.[1] ?? '';
  expect(document.components.schemas).toHaveProperty(name);
  return { ...(resolve(document.components.schemas[name]) as object), ...plain };
}

describe('the REST table', () => {
  it('has every query and mutation once, and nothing else', () => {
    const callable = Object.entries(types).filter(([, type]) => type !== 'subscription');
    const paths = callable.map(([path]) => path);
    // It extends a WebSocket connection, and there is none.
    const expected = paths.filter((path) => path !== 'auth.renew');
    expect(REST_TABLE.map(({ procedure }) => procedure).toSorted()).toEqual(expected.toSorted());
  });

  it.each(REST_TABLE)('reads with GET and changes otherwise: $method $path', ({ method, procedure }) => {
    expect(types[procedure]).toBe(method === 'GET' ? 'query' : 'mutation');
  });
});

describe('the OpenAPI document', () => {
  it('is served without a token, as OpenAPI 3.1 with one scheme of security', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Parley' },
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('has the routes of the table and no others', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const table = REST_TABLE.map(({ method, path }) => `${method} /api/v1${path}`);
    expect(documented.toSorted()).toEqual(table.toSorted());
  });

  it.each(REST_TABLE)('describes $method $path', (row) => {
    const operation = operationOf(row);
    const [domain] = row.procedure.split('.');
    expect(operation).toMatchObject({ operationId: row.procedure, summary: row.summary, tags: [domain] });
    expect(operation?.security).toEqual(row.open === true ? [] : undefined);
    expect(document['tags']).toContainEqual(expect.objectContaining({ name: domain }));
    const inPath =
      operation?.parameters?.filter((parameter) => parameter.in === 'path').map(({ name }) => name) ?? [];
    expect(inPath).toEqual([...row.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    // Leaving takes nothing but the talk, and signing out everywhere nothing at all.
    const takesNothing = ['conversations.leave', 'auth.logoutEverywhere'].includes(row.procedure);
    const hasBody = !['GET', 'DELETE'].includes(row.method) && !takesNothing;
    expect(operation?.requestBody !== undefined).toBe(hasBody);
    expect(Object.keys(operation?.responses ?? {})).toEqual([String(row.status), 'default']);
    const success = operation?.responses[row.status]?.content?.['application/json']?.schema;
    expect(['object', 'array']).toContain((resolve(success) as JsonSchema)['type']);
    expect(operation?.responses['default']).toEqual({ $ref: '#/components/responses/Refused' });
    resolve(operation?.requestBody ?? {});
  });

  it.each(REST_TABLE)('says what $method $path does, and shows it done', (row) => {
    const operation = operationOf(row);
    const description = operation?.['description'];
    expect(typeof description === 'string' && description.length > 20).toBe(true);
    const example = REST_EXAMPLES[row.procedure];
    if (example === undefined) throw new Error(`${row.procedure} has no example`);
    const { inputs, output } = definitionOf(row.procedure);
    const [input] = inputs;
    expect(input === undefined).toBe(example.input === undefined);
    input?.parse(example.input);
    // Nothing is in it that the schema does not know.
    expect(output.parse(example.output)).toEqual(example.output);

    const parameters = operation?.parameters ?? [];
    for (const { name, required, example: value } of parameters)
      expect([name, value !== undefined]).toEqual([name, required || value !== undefined]);
    const inPath = Object.fromEntries(
      parameters.flatMap(({ name, example: value }) => (value === undefined ? [] : [[name, value]])),
    );
    const { id: conversationId = example.input?.['conversationId'], ...named } = inPath;
    const body = operation?.requestBody?.content['application/json']?.example;
    const shown = { conversationId, ...named, ...(body as object | undefined) };
    const { talk, input: whole = {} } = example;
    expect(shown).toEqual({ conversationId: talk, ...(asJson(whole) as object) });
    const success = operation?.responses[row.status]?.content?.['application/json'];
    expect(success?.example).toEqual(asJson(example.output));
  });

  it('says of every time that it is a date-time, wherever it is', () => {
    const dates: [string, unknown][] = [];
    const look = (part: unknown, name = ''): void => {
      if (typeof part !== 'object' || part === null) return;
      if (/(At|Until)$/.test(name)) dates.push([name, part]);
      for (const [key, value] of Object.entries(part)) look(value, key);
    };
    look(document.components.schemas);
    expect(dates.length).toBeGreaterThan(15);
    for (const [name, schema] of dates) {
      const { anyOf = [schema] } = schema as JsonSchema;
      expect([name, anyOf[0]]).toEqual([name, { type: 'string', format: 'date-time' }]);
    }
  });

  it('names the entities of the contract and leaves out what is not used', () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(
      expect.arrayContaining([
        'Conversation',
        'Error',
        'Message',
        'Offer',
        'SendMessageInput',
        'Session',
        'User',
      ]),
    );
    const text = JSON.stringify({ paths: document.paths, components: document.components });
    for (const name of names) expect(text).toContain(`"#/components/schemas/${name}"`);
    expect(operationOf({ method: 'GET', path: '/talks/{id}' })?.responses['200']?.content).toMatchObject({
      'application/json': { schema: { $ref: '#/components/schemas/Conversation' } },
    });
  });

  it('has the limits of the input, its defaults and what may be left out', () => {
    const list = operationOf({ method: 'GET', path: '/talks/{id}/message' });
    expect(list?.parameters).toContainEqual(
      expect.objectContaining({
        in: 'query',
        name: 'limit',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
      }),
    );
    expect(operationOf({ method: 'GET', path: '/users' })?.parameters).toContainEqual(
      expect.objectContaining({ name: 'query', required: true }),
    );
    expect(document.components.schemas['SendMessageInput']).toMatchObject({
      properties: { content: { type: 'string', maxLength: 10_000 }, clientId: { type: 'string' } },
      required: ['content'],
    });
    expect(document.components.schemas['SendMessageInput']).not.toHaveProperty('properties.conversationId');
    // Generators of clients would have it given with every message.
    expect(document.components.schemas['SendMessageInput']).not.toHaveProperty(
      'properties.attachments.default',
    );
    expect(operationOf({ method: 'POST', path: '/talks/{id}/read' })?.requestBody?.required).toBe(false);
    expect(operationOf({ method: 'POST', path: '/talks/{id}/typing' })?.requestBody?.required).toBe(true);
  });

  it('documents the answer of a refused call', () => {
    expect(document.components.responses).toMatchObject({
      Refused: {
        headers: { 'Retry-After': {}, 'WWW-Authenticate': {} },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    });
    expect(document.components.schemas['Error']).toHaveProperty('properties.error.properties.reason.enum');
  });

  it('gives every operation an id of its own', () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(REST_TABLE.length);
  });
});

describe('the browsable reference', () => {
  it.each(['/api/v1/docs', '/api/v1/docs/'])(
    'is a page at %s that needs nothing from elsewhere',
    async (url) => {
      const { statusCode, headers, body } = await app.inject(url);
      expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(body).not.toMatch(/https?:\/\//);
      // The headers of the server allow no inline script.
      expect(body).not.toMatch(/<script(?![^>]* src=)/);
      const parts = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) =>
        part.startsWith('.') ? `/api/v1/docs/${part.slice(2)}` : part,
      );
      expect(parts.length).toBeGreaterThan(4);
      for (const part of parts) expect([part, (await app.inject(part)).statusCode]).toEqual([part, 200]);
    },
  );

  it('draws the document from beside it', async () => {
    expect((await app.inject('/api/v1/docs/json')).json()).toEqual(document);
  });
});
