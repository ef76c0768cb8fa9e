import { once } from 'node:events';
import { METHODS, request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { oneDatabase } from '../core/testing/one-database.ts';
import { failureOf, openEdge, type Failure } from './testing/edge.ts';

const database = oneDatabase();

describe('tRPC over HTTP', () => {
  it('takes the token from the Bearer header only', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    expect((await edge.call(ana, 'query', 'auth.me')).status).toBe(200);
    const params = encodeURIComponent(JSON.stringify({ token: ana.token }));
    for (const search of [`?token=${ana.token}`, `?connectionParams=${params}`]) {
      const response = await fetch(`${edge.url}/trpc/auth.me${search}`);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await failureOf(response)).toMatchObject({ reason: 'unauthenticated', code: 'UNAUTHORIZED' });
    }
    const basic = await fetch(`${edge.url}/trpc/auth.me`, {
      headers: { authorization: `Basic ${ana.token}` },
    });
    expect((await failureOf(basic)).reason).toBe('unauthenticated');
  });

  it('answers 503 when it cannot tell who calls', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    edge.parley.services.authenticator.verify = () => Promise.reject(new Error('connection refused'));
    const response = await edge.call(ana, 'query', 'auth.me');
    expect(response.status).toBe(503);
    expect(await failureOf(response)).toMatchObject({ reason: 'unavailable', retryable: true });
  });

  it('answers batches, with a bound on their size', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    const headers = { authorization: `Bearer ${ana.token}` };
    const batch = (count: number) =>
      fetch(`${edge.url}/trpc/${Array<string>(count).fill('conversations.list').join(',')}?batch=1`, {
        headers,
      });
    const full = await batch(250);
    expect(full.status).toBe(200);
    expect((await full.json()) as unknown[]).toHaveLength(250);
    expect((await batch(251)).status).toBe(400);
  });

  it('takes by POST what may be asked by GET, and a change by POST alone', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    const call = (path: string, input?: unknown) =>
      fetch(`${edge.url}/trpc/${path}`, {
        headers: { authorization: `Bearer ${ana.token}`, 'content-type': 'application/json' },
        ...(input !== undefined && { method: 'POST', body: JSON.stringify(input) }),
      });
    const query = { query: 'a'.repeat(100), cursor: 'b'.repeat(200) };
    expect(await failureOf(await call('users.search', { json: query }))).toMatchObject({
      reason: 'invalid_cursor',
    });
    const batch = await call('auth.me,users.search?batch=1', { 1: { json: { query: 'a' } } });
    expect([batch.status, await batch.json()]).toMatchObject([
      200,
      [{ result: { data: { json: { id: ana.id } } } }, { result: { data: { json: { items: [] } } } }],
    ]);
    const change = await call('auth.logoutEverywhere');
    expect([change.status, (await failureOf(change)).reason]).toEqual([405, 'method_not_allowed']);
  });

  // Not every Node knows QUERY.
  const others = ['PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY'].filter((method) => METHODS.includes(method));
  it.each(others)('refuses %s by name, whatever it holds', async (method) => {
    await using edge = await openEdge(database);
    const { hostname, port } = new URL(edge.url);
    const [response] = (await once(
      request({ hostname, port, method, path: '/trpc/auth.me' }).end(),
      'response',
    )) as [IncomingMessage];
    const { error } = (await json(response)) as Failure;
    expect([response.statusCode, response.headers.allow, error.json.data.reason]).toEqual([
      405,
      'GET, HEAD, POST',
      'method_not_allowed',
    ]);
    expect(edge.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it('gives each fault its status and reason', async () => {
    await using edge = await openEdge(database);
    const post = (
      path: string,
      body: string,
      headers: Record<string, string> = { 'content-type': 'application/json' },
    ) => fetch(`${edge.url}/trpc/${path}`, { method: 'POST', body, headers });
    const cases: [Response, number, string][] = [
      [await post('auth.login', JSON.stringify({ json: 'x'.repeat(140_000) })), 413, 'payload_too_large'],
      [await post('auth.login', '<a/>', { 'content-type': 'text/xml' }), 415, 'unsupported_media_type'],
      [
        await post('auth.login', 'x', { 'content-type': 'multipart/form-data; boundary=x' }),
        415,
        'unsupported_media_type',
      ],
      [await post('auth.login', '{'), 400, 'invalid_input'],
      [await post('auth.login', '{"json":{"email":"x"}}'), 400, 'invalid_input'],
      [await post('no.such', '{}'), 404, 'not_found'],
      [await fetch(`${edge.url}/trpc/auth.login`), 405, 'method_not_allowed'],
      [await fetch(`${edge.url}/trpc/%E0%A4%A`), 400, 'invalid_input'],
      [await fetch(`${edge.url}/trpc/auth.me?input=nonsense`), 401, 'unauthenticated'],
    ];
    for (const [response, status, reason] of cases) {
      expect([response.status, (await failureOf(response)).reason]).toEqual([status, reason]);
    }
  });

  it('says when to come again after too many calls', async () => {
    await using edge = await openEdge(database, { rateFactor: 0.01 });
    const ana = await edge.person('ana');
    expect((await edge.call(ana, 'query', 'auth.me')).status).toBe(200);
    for (let count = 1; count < 6; count += 1) await edge.parley.services.rateLimits.consume('read', ana.id);
    const refused = await edge.call(ana, 'query', 'auth.me');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await failureOf(refused)).toMatchObject({ reason: 'rate_limited' });
  });
});
