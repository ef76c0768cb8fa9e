import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { METHODS, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { LIMITS } from '@parley/contract/schemas';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge, SECRET, until, type Edge } from './testing/edge.ts';
import { EventStream } from './testing/event-stream.ts';

const database = oneDatabase();

interface Failure {
  error: { json: { data: { reason: string; code: string; retryAfterMs?: number } } };
}

const failureOf = async (response: Response) => ((await response.json()) as Failure).error.json.data;

/** Sends requests as they are written here, on one connection. */
function send({ url }: Edge, ...requests: { line: string; headers?: string[]; token?: string }[]): Socket {
  const { hostname, port, host } = new URL(url);
  const wire = connect(Number(port), hostname);
  for (const { line, headers = [], token } of requests) {
    const all = [`Host: ${host}`, 'Content-Type: application/json', ...headers];
    if (token !== undefined) all.push(`Authorization: Bearer ${token}`);
    wire.write(`${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n`);
  }
  return wire;
}

const heard = async (wire: Socket) => String((await once(wire, 'data'))[0]);

const metricsOf = async ({ url }: Edge) => (await fetch(`${url}/metrics`)).text();

describe('a server that stops', () => {
  it('does not wait for a connection that has asked for nothing', async () => {
    const edge = await openEdge(database);
    const { port } = new URL(edge.url);
    const silent = connect(Number(port), '127.0.0.1');
    await once(silent, 'connect');
    await expect.poll(async () => (await fetch(`${edge.url}/healthz`)).status).toBe(200);
    const gone = once(silent, 'close');
    await edge[Symbol.asyncDispose]();
    await gone;
  });
});

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

  it('takes a long body from who has a good token, and from nobody else', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    const body = (bytes: number) => JSON.stringify({ json: 'x'.repeat(bytes) });
    const post = (token: string | undefined, of: string | ReadableStream) =>
      fetch(`${edge.url}/trpc/messages.send`, {
        method: 'POST',
        body: of,
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(typeof of !== 'string' && { duplex: 'half' }),
      });
    const long = body(LIMITS.httpBodyBytes);
    const refused = async (response: Response) => [
      response.status,
      response.headers.get('www-authenticate'),
      (await failureOf(response)).reason,
    ];
    expect(await refused(await post(ana.token, long))).toEqual([400, null, 'invalid_input']);
    expect(await refused(await post(ana.token, body(LIMITS.trpcBodyBytes)))).toEqual([
      413,
      null,
      'payload_too_large',
    ]);
    expect(await refused(await post(undefined, long))).toEqual([413, null, 'payload_too_large']);
    expect(await refused(await post('nonsense', long))).toEqual([401, 'Bearer', 'token_invalid']);
    // One that does not say how long it is.
    expect(await refused(await post(ana.token, new Blob([long]).stream()))).toEqual([
      413,
      null,
      'payload_too_large',
    ]);
  });

  it('takes so many long bodies of one person at once', async () => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 1 } });
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const admitted = () => edge.call(ana, 'mutation', 'messages.send', 'x'.repeat(200_000));
    const first = send(edge, { ...LONG, token: ana.token });
    expect(await heard(first)).toMatch(/^HTTP\/1\.1 100 /);
    await until(async () => (await admitted()).status === 429);
    expect((await failureOf(await admitted())).reason).toBe('rate_limited');
    expect((await edge.call(ana, 'query', 'auth.me')).status).toBe(200);
    expect((await edge.call(ben, 'mutation', 'messages.send', 'x'.repeat(200_000))).status).toBe(400);
    first.destroy();
    await until(async () => (await admitted()).status === 400);
  });

  it('gives the place of a long body back that waits behind a stream when their connection goes', async () => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 1 } });
    const ana = await edge.person('ana');
    const admitted = () => edge.call(ana, 'mutation', 'messages.send', 'x'.repeat(200_000));
    const calls = async () => (await metricsOf(edge)).match(/^.*path="messages.send".*$/gm)?.join();
    const wire = send(edge, { ...EVENTS, token: ana.token }, { ...LONG, token: ana.token });
    await until(async () => (await admitted()).status === 429);
    const before = await calls();
    wire.write(LONG_BODY);
    await until(async () => (await calls()) !== before);
    expect((await admitted()).status).toBe(429);
    wire.destroy();
    await until(async () => (await admitted()).status === 400);
  });

  it('asks who sends a long body once more when it is there', async () => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 1 } });
    const ana = await edge.person('ana');
    const wire = send(edge, { ...LONG, token: ana.token });
    await heard(wire);
    const other = () => edge.call(ana, 'mutation', 'messages.send', 'x'.repeat(200_000));
    await until(async () => (await other()).status === 429);
    await edge.parley.disableUser(ana.id);
    wire.write(LONG_BODY);
    expect(await heard(wire)).toContain('user_disabled');
    wire.destroy();
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

const LONG_BODY = JSON.stringify({ json: 'x'.repeat(200_000) });
const LONG = {
  line: 'POST /trpc/messages.send',
  headers: [`Content-Length: ${LONG_BODY.length}`, 'Expect: 100-continue'],
};
const EVENTS = {
  line: `GET /trpc/inbox.events?input=${encodeURIComponent('{"json":{}}')}`,
  headers: ['Accept: text/event-stream'],
};

describe('a body that is left unread', () => {
  const PIECE = 65_536;
  const MOST = 64 * 1_024 * 1_024;

  /** Goes on with a body after the answer, for as long as it is taken; returns how many bytes were. */
  async function pour(wire: Socket, piece: Buffer): Promise<number> {
    let bytes = 0;
    await pipeline(function* pieces() {
      for (; bytes < MOST; bytes += PIECE) yield piece;
    }, wire).catch(() => undefined);
    wire.destroy();
    return bytes;
  }

  it.each([
    ['POST /trpc/messages.send', undefined, 413],
    ['POST /trpc/messages.send', 'nonsense', 401],
    ['POST /trpc/messages.send', 'ana', 429],
    ['PUT /trpc/messages.send', undefined, 405],
    ['GET /trpc/auth.me', undefined, 401],
    ['PATCH /api/v1/auth/me', undefined, 405],
    ['GET /nope', undefined, 404],
    ['POST /trpc/%E0%A4%A', undefined, 400],
    ['GET /healthz', undefined, 200],
  ])('is not taken to its end: %s with the token %s', async (line, token, status) => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 0 } });
    const ana = await edge.person('ana');
    const as = token === undefined ? {} : { token: token === 'ana' ? ana.token : token };
    const wire = send(edge, { line, ...as, headers: ['Content-Length: 2000000000'] });
    expect(await heard(wire)).toContain(`HTTP/1.1 ${status} `);
    expect(await pour(wire, Buffer.alloc(PIECE))).toBeLessThan(MOST);
  });

  it('is not taken to its end where it does not say how long it is', async () => {
    await using edge = await openEdge(database);
    const wire = send(edge, { line: 'PUT /trpc/auth.me', headers: ['Transfer-Encoding: chunked'] });
    expect(await heard(wire)).toMatch(/^HTTP\/1\.1 405 /);
    const piece = `${PIECE.toString(16)}\r\n${'x'.repeat(PIECE)}\r\n`;
    expect(await pour(wire, Buffer.from(piece))).toBeLessThan(MOST);
  });

  it('is taken up to 1 MiB, so that who still writes it hears the answer and may ask again', async () => {
    await using edge = await openEdge(database);
    const wire = send(edge, {
      line: 'POST /trpc/messages.send',
      headers: [`Content-Length: ${LIMITS.trpcBodyBytes}`],
    });
    expect(await heard(wire)).toMatch(/^HTTP\/1\.1 413 /);
    wire.write(Buffer.alloc(LIMITS.trpcBodyBytes));
    wire.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await heard(wire)).toMatch(/^HTTP\/1\.1 200 /);
    wire.destroy();
  });
});

describe('server-sent events', () => {
  it('deliver a room, and resume after the id that the client saw', async () => {
    await using edge = await openEdge(database);
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const conversationId = await edge.conversation(ana, ben);
    const say = (content: string) => edge.call(ben, 'mutation', 'messages.send', { conversationId, content });

    await using first = await EventStream.open(edge, ana, 'conversations.events', {
      input: { conversationId },
    });
    await first.next(({ data }) => typeOf(data) === 'joined');
    expect((await edge.parley.getActiveUsers()).includes(ana.id)).toBe(true);
    await say('one');
    const seen = await first.next(({ data }) => typeOf(data) === 'message');
    await first[Symbol.asyncDispose]();
    await say('two');
    await say('three');

    for (const resumption of [
      { headers: { 'last-event-id': seen.id } },
      { query: `&lastEventId=${seen.id}` },
    ]) {
      await using again = await EventStream.open(edge, ana, 'conversations.events', {
        input: { conversationId },
        ...resumption,
      });
      await again.next(({ data }) => contentOf(data) === 'three');
      expect(again.events.map(({ data }) => contentOf(data)).filter(Boolean)).toEqual(['two', 'three']);
    }
    await until(async () => !(await edge.parley.isUserOnline(ana.id)));
  });

  it('end with token_expired when the token does', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock });
    const ana = await edge.person('ana');
    const token = jwt.sign({ exp: clock.now() / 1_000 + 2 }, SECRET, { subject: ana.id });
    await using stream = await EventStream.open(edge, { ...ana, token }, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    clock.advance(2_000);
    const error = await stream.next(({ event }) => event === 'serialized-error');
    expect(error.data).toContain('token_expired');
    await stream.ended;
  });

  it('end when their person is disabled', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using stream = await EventStream.open(edge, ana, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    await edge.parley.disableUser(ana.id);
    expect((await stream.next(({ event }) => event === 'serialized-error')).data).toContain('user_disabled');
    await stream.ended;
  });

  it('end, to come again, when the server stops', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using stream = await EventStream.open(edge, ana, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    await edge.parley.close();
    expect((await stream.next(({ event }) => event === 'serialized-error')).data).toContain(
      'SERVICE_UNAVAILABLE',
    );
    await stream.ended;
  });

  it('count among the connections of their person', async () => {
    await using edge = await openEdge(database, { edgeLimits: { connectionsPerUser: 1 } });
    const ana = await edge.person('ana');
    await using stream = await EventStream.open(edge, ana, 'inbox.events');
    await stream.next(({ data }) => typeOf(data) === 'connected');
    await using second = await EventStream.open(edge, ana, 'inbox.events');
    const refused = await second.next(({ event }) => event === 'serialized-error');
    expect(refused.data).toContain('too_many_connections');
    expect((await edge.call(ana, 'query', 'auth.me')).status).toBe(200);
  });
});

describe('the count of event streams', () => {
  const open = (count: number) => `parley_connections{transport="http"} ${count}`;

  it('forgets those that wait for one another when their connection goes', async () => {
    await using edge = await openEdge(database, { edgeLimits: { connectionsPerUser: 2 } });
    const ana = await edge.person('ana');
    const wire = send(edge, { ...EVENTS, token: ana.token }, { ...EVENTS, token: ana.token });
    await until(async () => (await metricsOf(edge)).includes(open(2)));
    wire.destroy();
    await until(async () => (await metricsOf(edge)).includes(open(0)));
    await using one = await EventStream.open(edge, ana, 'inbox.events');
    await using two = await EventStream.open(edge, ana, 'inbox.events');
    for (const stream of [one, two]) await stream.next(({ data }) => typeOf(data) === 'connected');
    expect(await metricsOf(edge)).toContain(open(2));
  });

  it('has none whose peer went before it was known who asks', async () => {
    await using edge = await openEdge(database);
    const { token } = await edge.person('ana');
    const { authenticator } = edge.parley.services;
    const identity = await authenticator.verify(token);
    let response: ServerResponse | undefined;
    const note = (message: unknown) => ({ response } = message as { response: ServerResponse });
    subscribe('http.server.request.start', note);
    const verified = new Promise<void>((resolve) => {
      authenticator.verify = async () => {
        unsubscribe('http.server.request.start', note);
        wire.destroy();
        await once(response as ServerResponse, 'close');
        resolve();
        return identity;
      };
    });
    const wire = send(edge, { ...EVENTS, token });
    await verified;
    expect(await metricsOf(edge)).not.toContain(open(1));
  });
});

describe('the HTTP server', () => {
  it('tells whether it lives, is ready, and how it does', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    await peer.call('query', 'auth.me');
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${edge.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', database: 'up', bus: 'up' }]);
    const metrics = await metricsOf(edge);
    expect(metrics).toContain('parley_connections{transport="ws"} 1');
    expect(metrics).toContain('path="auth.me",outcome="ok"');
    expect(metrics).toContain('parley_bus_up 1');
    const wrong = await fetch(`${edge.url}/healthz`, { method: 'POST' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it("gives each request an id, the caller's own where it is a plain word", async () => {
    await using edge = await openEdge(database);
    const idOf = async (id?: string) =>
      (
        await fetch(`${edge.url}/healthz`, id === undefined ? {} : { headers: { 'x-request-id': id } })
      ).headers.get('x-request-id');
    expect(await idOf('job-7')).toBe('job-7');
    expect(await idOf('a b"c')).toMatch(/^[\da-f-]{36}$/);
    expect(await idOf()).toMatch(/^[\da-f-]{36}$/);
  });

  it('lets pages of known origins read its answers, and of no others', async () => {
    await using edge = await openEdge(database, { origins: ['https://app.example'] });
    const preflight = (origin: string) =>
      fetch(`${edge.url}/trpc/auth.me`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
    const known = (await preflight('https://app.example')).headers;
    expect(known.get('access-control-allow-origin')).toBe('https://app.example');
    expect(known.get('access-control-allow-headers')).toContain('authorization');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const plain = await fetch(`${edge.url}/healthz`, { headers: { origin: 'https://app.example' } });
    expect(plain.headers.get('access-control-expose-headers')).toContain('retry-after');
  });

  it('refuses a path that is none in the shape of every error', async () => {
    await using edge = await openEdge(database);
    const response = await fetch(`${edge.url}/nope`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND', reason: 'not_found' } });
  });

  it('outlives an error of its listening socket, and logs each', async () => {
    await using edge = await openEdge(database);
    const servers = new Set<Server>();
    const note = (message: unknown) => servers.add((message as { server: Server }).server);
    subscribe('http.server.request.start', note);
    await fetch(`${edge.url}/healthz`);
    unsubscribe('http.server.request.start', note);
    const [server] = servers;
    // What `accept` fails with when there are no more file descriptors.
    for (const code of ['EMFILE', 'ENFILE']) server?.emit('error', Object.assign(new Error(code), { code }));
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
    expect(edge.lines.filter(({ msg }) => msg === 'server error')).toMatchObject([
      { err: { code: 'EMFILE' } },
      { err: { code: 'ENFILE' } },
    ]);
  });

  it('says in one line that its port is taken', async () => {
    await using edge = await openEdge(database);
    const port = Number(new URL(edge.url).port);
    await expect(edge.parley.listen({ port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: the port is in use (see PORT)`,
    );
  });

  it.each([
    ['203.0.113.7', 'this machine has no such address'],
    ['no such host', 'the host is not known'],
  ])('says in one line that it cannot have the address %s', async (host, why) => {
    await using edge = await openEdge(database);
    await expect(edge.parley.listen({ port: 0, host })).rejects.toThrow(
      `cannot listen on ${host}:0: ${why} (see HOST)`,
    );
  });
});

interface Sent {
  json?: { type?: string; payload?: { content?: string } };
}

const parsed = (data: string): Sent => (data === '' ? {} : (JSON.parse(data) as Sent));
const typeOf = (data: string) => parsed(data).json?.type;
const contentOf = (data: string) => parsed(data).json?.payload?.content;
