import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';

import { describe, expect, it } from 'vitest';

import { oneDatabase } from '../core/testing/one-database.ts';
import { metricsOf, openEdge } from './testing/edge.ts';

const database = oneDatabase();

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
