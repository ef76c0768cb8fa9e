// A host application: its own server, routes, upgrades, procedures and events, with Parley mounted into it.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createParley, Refusal, StartupError } from '@parley/server';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

import { silent } from './core/testing/databases.ts';
import { oneDatabase } from './core/testing/one-database.ts';
import { jsonOf, openEdge, SECRET, until, type Person } from './http/testing/edge.ts';
import { EventStream } from './http/testing/event-stream.ts';
import { Peer, reasonOf } from './http/testing/peer.ts';

declare module '@parley/server' {
  interface HostRoomEvents {
    'listing-sold': { listingId: string; at: Date };
  }
  interface HostInboxEvents {
    'balance-changed': { cents: bigint };
  }
}

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

describe("a host's procedures", () => {
  it('stand beside those of Parley, with its caller and its refusals', async () => {
    await using edge = await openEdge(database, {
      extend: ({ authed, open }) => ({
        listings: {
          mine: authed.output(z.string()).query(({ ctx }) => `the listings of ${ctx.caller.username}`),
          hidden: open.query(() => {
            throw new Refusal('not_found', { message: 'There is no such listing' });
          }),
        },
      }),
    });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    expect((await peer.call('query', 'listings.mine')).result?.data?.json).toBe('the listings of ana');
    expect((await peer.call('query', 'listings.hidden')).error?.json.message).toBe(
      'There is no such listing',
    );
  });

  it('cannot replace one of Parley', async () => {
    const extended = createParley({
      ...options(),
      extend: ({ open }) => ({ messages: { send: open.query(() => 1) } }),
    });
    await expect(extended).rejects.toThrow('messages');
  });
});

describe("a host's events", () => {
  it('reach whoever has the conversation open, or follows their inbox', async () => {
    await using edge = await openEdge(database);
    const { parley } = edge;
    const [ana, ben, eve] = [await edge.person('ana'), await edge.person('ben'), await edge.person('eve')];
    const conversationId = await edge.conversation(ana, ben);
    await using hers = await edge.peer(ana);
    await using his = await edge.peer(ben);
    await using other = await edge.peer(eve);
    const room = hers.start('subscription', 'conversations.events', { conversationId });
    const inbox = his.start('subscription', 'inbox.events');
    const elsewhere = other.start('subscription', 'inbox.events');
    await Promise.all([
      hers.event(room, 'joined'),
      his.event(inbox, 'connected'),
      other.event(elsewhere, 'connected'),
    ]);

    const at = new Date();
    parley.broadcastToConversation(conversationId, 'listing-sold', { listingId: 'l1', at });
    expect((await hers.event(room, 'listing-sold')).payload).toEqual({ listingId: 'l1', at: at.toJSON() });
    parley.sendToUser(ben.id, 'balance-changed', { cents: 5n });
    expect((await his.event(inbox, 'balance-changed')).payload).toEqual({ cents: '5' });
    parley.broadcastToConversation(conversationId, 'typing', {
      userId: 'bot',
      username: 'Bot',
      conversationId,
      isTyping: true,
    });
    expect((await hers.event(room, 'typing')).payload).toMatchObject({ username: 'Bot' });
    expect(other.frames.filter(({ id, result }) => id === elsewhere && result?.type === 'data')).toHaveLength(
      1,
    );

    expect(await parley.isUserOnline(ana.id)).toBe(true);
    expect((await parley.getActiveUsers()).toSorted()).toEqual([ana.id, ben.id, eve.id].toSorted());
    other.socket.terminate();
    await until(async () => !(await parley.isUserOnline(eve.id)));
  });

  it('are of the catalogue or its own, and never durable', async () => {
    await using parley = await createParley(options());
    // @ts-expect-error the payload lacks a field
    expect(() => parley.broadcastToConversation('c', 'typing', { userId: 'u' })).toThrow(/username/);
    // @ts-expect-error a message is sent, not broadcast
    expect(() => parley.broadcastToConversation('c', 'message', {})).toThrow(TypeError);
    // @ts-expect-error an inbox entry is written by what it tells of
    expect(() => parley.sendToUser('u', 'new-message', {})).toThrow(TypeError);
    expect(() =>
      parley.broadcastToConversation('', 'listing-sold', { listingId: 'l', at: new Date() }),
    ).toThrow('>=1 characters');
    // @ts-expect-error nobody has no id
    expect(() => parley.sendToUser(undefined, 'balance-changed', { cents: 5n })).toThrow('expected string');
    // @ts-expect-error no type
    expect(() => parley.sendToUser('u', undefined, {})).toThrow(TypeError);
    // @ts-expect-error no such event
    parley.broadcastToConversation('c', 'no-such-event', {});
    // @ts-expect-error the payload has another type
    parley.broadcastToConversation('c', 'listing-sold', { listingId: 5, at: new Date() });
  });
});

describe('a server that cannot start', () => {
  it('says why in one line', async () => {
    await expect(createParley({ ...options(), jwtPublicKey: 'nonsense' })).rejects.toThrow(StartupError);
    await expect(createParley({ databaseUrl: 'mysql://x' })).rejects.toThrow(/^DATABASE_URL/);
    const gone = createParley({
      jwtSecret: SECRET,
      log: silent,
      databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
    });
    await expect(gone).rejects.toThrow(StartupError);
  });
});

async function signUp(url: string, name: string): Promise<Person> {
  const email = `${name}@test.example`;
  const response = await fetch(`${url}/trpc/auth.register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ json: { email, username: name, password: 'password' } }),
  });
  const { user, accessToken } = await jsonOf<{ user: { id: string }; accessToken: string }>(response);
  return { id: user.id, email, token: accessToken };
}

/** Sockets on a path of a host's server, as `ws` has them by itself: it answers every other upgrade with 400. */
function echoesOn(server: Server, path: string) {
  const echoes = new WebSocketServer({ server, path });
  echoes.on('connection', (socket) => socket.on('message', (raw: Buffer) => socket.send(raw.toString())));
  return { [Symbol.dispose]: () => echoes.close() };
}

async function echoed(url: string, path: string): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`);
  await once(socket, 'open');
  socket.send('hello');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.terminate();
  return answer.toString();
}

async function hostServer(listener?: Parameters<typeof createServer>[1]) {
  const server: Server = listener === undefined ? createServer() : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
