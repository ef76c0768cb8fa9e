// A host application: its own server, routes and upgrades, with Parley mounted into it.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

import { createParley, StartupError } from '@parley/server';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { silent } from '../core/testing/databases.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import type { DecidesOnUpgrades } from './declined-upgrades.ts';
import { SECRET, signUp, until } from './testing/edge.ts';
import { EventStream } from './testing/event-stream.ts';
import { echoed, echoesOn, hostServer } from './testing/host-server.ts';
import { Peer, reasonOf } from './testing/peer.ts';
import { heard, send, TO_HTTP_2 } from './testing/wire.ts';

const database = oneDatabase();

const options = () => ({ database, jwtSecret: SECRET, log: silent, edgeLimits: { leaveMs: 0, idleMs: 0 } });

describe("a host's server", () => {
  it('keeps its own routes and upgrades beside those of Parley', async () => {
    const echoes = new WebSocketServer({ noServer: true });
    await using host = await hostServer((_request, response) => response.end('the host'));
    host.server.on('upgrade', (request, wire, head) => {
      if (request.url !== '/echo') return;
      echoes.handleUpgrade(request, wire, head, (socket) =>
        socket.on('message', (raw: Buffer) => socket.send(raw.toString())),
      );
    });
    const parley = await createParley(options());
    parley.attach(host.server);

    expect(await (await fetch(`${host.url}/anything`)).text()).toBe('the host');
    expect((await fetch(`${host.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${host.url}/trpc/auth.me`)).status).toBe(401);
    expect((await fetch(`${host.url}/api/v1/talks`)).status).toBe(401);
    await using peer = await Peer.open(host.url);
    expect(reasonOf(await peer.call('query', 'auth.me'))).toBe('unauthenticated');
    const echo = new WebSocket(`${host.url.replace('http', 'ws')}/echo`);
    await once(echo, 'open');
    echo.send('hello');
    expect(String((await once(echo, 'message'))[0])).toBe('hello');

    await parley.close();
    expect(echo.readyState).toBe(WebSocket.OPEN);
    echo.terminate();
    expect(await (await fetch(`${host.url}/readyz`)).text()).toBe('the host');
  });

  it('gets its requests back at once, while calls and streams under way come to their end', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let waiting = false;
    await using host = await hostServer((_request, response) => response.end('the host'));
    const parley = await createParley({
      ...options(),
      extend: ({ open }) => ({
        host: {
          wait: open.query(async ({ ctx }) => {
            waiting = true;
            await held;
            return await ctx.services.db.user.count();
          }),
        },
      }),
    });
    parley.attach(host.server);
    const ana = await signUp(host.url, 'ana');
    await using stream = await EventStream.open(host, ana, 'inbox.events');
    await stream.next(({ data }) => data.includes('connected'));
    const call = fetch(`${host.url}/trpc/host.wait`);
    await until(() => waiting);
    let isClosed = false;
    const closed = parley.close().then(() => (isClosed = true));
    await stream.next(({ data }) => data.includes('SERVICE_UNAVAILABLE'));
    await stream.ended;
    expect(await (await fetch(`${host.url}/readyz`)).text()).toBe('the host');
    expect(isClosed).toBe(false);
    release();
    await closed;
    expect(await (await call).json()).toEqual({ result: { data: { json: 1 } } });
  });

  it('has Parley wait for streams that take their time to end', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isTold = false;
    await using host = await hostServer((_request, response) => response.end('the host'));
    const parley = await createParley({
      ...options(),
      extend: ({ authed }) => ({
        host: {
          tell: authed.subscription(async function* ({ ctx }) {
            yield 'hello';
            await once(ctx.connection.signal, 'abort');
            isTold = true;
            await held;
            yield 'goodbye';
          }),
        },
      }),
    });
    parley.attach(host.server);
    await using stream = await EventStream.open(host, await signUp(host.url, 'ana'), 'host.tell');
    await stream.next(({ data }) => data.includes('hello'));
    let isClosed = false;
    const closed = parley.close().then(() => (isClosed = true));
    await until(() => isTold);
    expect(await (await fetch(`${host.url}/readyz`)).text()).toBe('the host');
    expect(isClosed).toBe(false);
    release();
    await closed;
    await stream.next(({ data }) => data.includes('goodbye'));
    await stream.ended;
  });

  it('is not held up by a call that does not come to its end', async () => {
    await using host = await hostServer();
    let waiting = false;
    const parley = await createParley({
      ...options(),
      edgeLimits: { leaveMs: 0, drainMs: 50 },
      extend: ({ open }) => ({
        host: {
          wait: open.query(() => {
            waiting = true;
            return new Promise(() => undefined);
          }),
        },
      }),
    });
    parley.attach(host.server);
    const failed = fetch(`${host.url}/trpc/host.wait`).catch((error: unknown) => error);
    await until(() => waiting);
    await parley.close();
    expect(await failed).toBeInstanceOf(TypeError);
  });

  it('may have sockets that refuse what is not on their path', async () => {
    await using host = await hostServer((_request, response) => response.end('the host'));
    using _echoes = echoesOn(host.server, '/echo');
    await using parley = await createParley(options());
    parley.attach(host.server);
    await using peer = await Peer.open(host.url);
    expect(reasonOf(await peer.call('query', 'auth.me'))).toBe('unauthenticated');
    expect(await echoed(host.url, '/echo')).toBe('hello');
    await parley.close();
    expect(await echoed(host.url, '/echo')).toBe('hello');
  });

  it('may close its sockets and open others meanwhile, and has them when Parley has left', async () => {
    await using host = await hostServer((_request, response) => response.end('the host'));
    const first = echoesOn(host.server, '/echo');
    await using parley = await createParley(options());
    parley.attach(host.server);
    expect(await echoed(host.url, '/echo')).toBe('hello');
    first[Symbol.dispose]();
    using _second = echoesOn(host.server, '/echo');
    expect(await echoed(host.url, '/echo')).toBe('hello');
    await parley.close();
    expect(await echoed(host.url, '/echo')).toBe('hello');
    expect(host.server.listenerCount('upgrade')).toBe(1);
  });

  it('answers whoever would go on in HTTP/2 as it does without Parley, and has that kept from its sockets', async () => {
    await using host = await hostServer((_request, response) => response.end('the host'));
    await using parley = await createParley(options());
    parley.attach(host.server);
    const answer = (path: string) => heard(send(host, { line: `GET ${path}`, headers: TO_HTTP_2 }));
    expect(await answer('/anything')).toContain('the host');
    expect(await answer('/readyz')).toContain('ready');
    await using other = await hostServer();
    using _echoes = echoesOn(other.server, '/echo');
    parley.attach(other.server);
    expect(await heard(send(other, { line: 'GET /readyz', headers: TO_HTTP_2 }))).toContain('ready');
  });

  it('that is asked what to upgrade declines what Parley does not speak, and is asked as before when it has left', async () => {
    await using host = await hostServer();
    const server = host.server as typeof host.server & DecidesOnUpgrades;
    const before = () => true;
    server.shouldUpgradeCallback = before;
    const parley = await createParley(options());
    parley.attach(server);
    const upgrades = (url: string, upgrade: string) =>
      server.shouldUpgradeCallback?.({ url, headers: { upgrade } } as unknown as IncomingMessage);
    expect([upgrades('/trpc', 'websocket'), upgrades('/trpc', 'h2c'), upgrades('/else', 'h2c')]).toEqual([
      true,
      false,
      false,
    ]);
    server.on('upgrade', () => undefined);
    expect([upgrades('/readyz', 'h2c'), upgrades('/else', 'h2c')]).toEqual([false, true]);
    await parley.close();
    expect(server.shouldUpgradeCallback).toBe(before);
  });

  it('hears of one request where it listens for one, and is then without a listener', async () => {
    await using host = await hostServer();
    host.server.once('request', (_request, response) => response.end('the host'));
    const parley = await createParley(options());
    parley.attach(host.server);
    expect((await fetch(`${host.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${host.url}/anything`)).text()).toBe('the host');
    expect((await fetch(`${host.url}/anything`)).status).toBe(404);
    await parley.close();
    expect(host.server.listenerCount('request')).toBe(0);
  });

  it('that listens to nothing has nothing left of those that were attached, whichever leaves first', async () => {
    await using host = await hostServer();
    const [first, second] = [await createParley(options()), await createParley(options())];
    first.attach(host.server);
    second.attach(host.server);
    await first.close();
    expect((await fetch(`${host.url}/anything`)).status).toBe(404);
    expect((await fetch(`${host.url}/readyz`)).status).toBe(200);
    await second.close();
    expect(['request', 'upgrade'].map((event) => host.server.listenerCount(event))).toEqual([0, 0]);
  });

  it('takes so many and no more, and another one when one has left', async () => {
    await using host = await hostServer();
    const [first, last] = [await createParley(options()), await createParley(options())];
    for (let count = 0; count < 16; count += 1) first.attach(host.server);
    expect(() => last.attach(host.server)).toThrow('16 of these at most');
    await first.close();
    last.attach(host.server);
    expect((await fetch(`${host.url}/readyz`)).status).toBe(200);
    await last.close();
    expect(host.server.listenerCount('request')).toBe(0);
  });

  it('has its requests back from two that were attached, whichever leaves first', async () => {
    await using host = await hostServer((_request, response) => response.end('the host'));
    using _echoes = echoesOn(host.server, '/echo');
    const [first, second] = [await createParley(options()), await createParley(options())];
    first.attach(host.server);
    second.attach(host.server);
    await first.close();
    expect((await fetch(`${host.url}/readyz`)).status).toBe(200);
    await using peer = await Peer.open(host.url);
    expect(reasonOf(await peer.call('query', 'auth.me'))).toBe('unauthenticated');
    expect(await (await fetch(`${host.url}/anything`)).text()).toBe('the host');
    await second.close();
    expect(await (await fetch(`${host.url}/readyz`)).text()).toBe('the host');
    expect(await echoed(host.url, '/echo')).toBe('hello');
  });

  it('lets no other page in where it names no origin', async () => {
    await using host = await hostServer();
    await using parley = await createParley({ ...options(), origins: [] });
    parley.attach(host.server);
    const allowed = async (origin: string) =>
      (await fetch(`${host.url}/healthz`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await allowed('http://localhost:5173')).toBeNull();
    expect(await allowed(host.url)).toBe(host.url);
  });

  it('is not taken again once Parley is closed', async () => {
    await using host = await hostServer((_request, response) => response.end('the host'));
    const parley = await createParley(options());
    await parley.close();
    expect(() => parley.attach(host.server)).toThrow(StartupError);
    await expect(parley.listen({ port: 0 })).rejects.toThrow('closed');
    const other = await createParley(options());
    const listening = other.listen({ port: 0 });
    await Promise.all([other.close(), expect(listening).rejects.toThrow('closed')]);
    expect(await (await fetch(`${host.url}/readyz`)).text()).toBe('the host');
  });

  it("answers 404 to upgrades that are nobody's", async () => {
    await using host = await hostServer();
    await using parley = await createParley(options());
    parley.attach(host.server);
    const socket = new WebSocket(`${host.url.replace('http', 'ws')}/nobody`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('404');
    expect((await fetch(`${host.url}/nobody`)).status).toBe(404);
  });
});
