// What carries calls: a WebSocket, and where a proxy lets none through, HTTP and server-sent events.
import { createParleyClient, type ConnectionState, type ParleyClient, type Session } from '@parley/client';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { WebSocket } from 'ws';

import { databases } from '../../server/src/core/testing/databases.ts';
import type { Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { WebProxy } from '../harness/web-proxy.ts';

/** Rooms of one client: more than there may be streams. */
const ROOMS = 7;
const TOKEN_SECONDS = 3;

/** What a room has brought to a client, and what its connection has been. */
function follow(client: ParleyClient, conversationId: string) {
  const contents: string[] = [];
  const ids: number[] = [];
  const errors: unknown[] = [];
  const states: ConnectionState[] = [];
  client.connection.subscribe(() => states.push(client.connection.getSnapshot()));
  client.trpc.conversations.events.subscribe(
    { conversationId },
    {
      onData: ({ id, data }) => {
        ids.push(Number(id));
        if (data.type === 'message') contents.push(data.payload.content);
      },
      onError: (error) => errors.push(error),
    },
  );
  return { contents, ids, errors, states };
}

function transportOf(client: ParleyClient): string {
  const state = client.connection.getSnapshot();
  return state.state === 'open' ? state.transport : state.state;
}

const names = (states: ConnectionState[]) => [...new Set(states.map(({ state }) => state))];
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const isSorted = (ids: number[]) => ids.every((id, at) => at === 0 || id >= (ids[at - 1] ?? 0));

// Side by side: what they wait for is mostly time.
describe.concurrent.each(databases().slice(0, 1))('the client’s transport', (kind) => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  const clients: ParleyClient[] = [];
  beforeAll(async () => {
    server = await startServer(kind, { presenceGraceMs: 50 });
    ana = await server.person('ana');
    ben = await server.person('ben');
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await server[Symbol.asyncDispose]();
  });

  function connect(url: string, options: { session?: Session; transport?: 'auto' | 'ws' | 'sse' } = {}) {
    const client = createParleyClient({ url, WebSocket, session: ben.session, ...options });
    clients.push(client);
    return client;
  }
  const talk = async (title: string) => {
    const { id } = await ana.http.conversations.create.mutate({ participantIds: [ben.id], title });
    return { id, say: (content: string) => ana.http.messages.send.mutate({ conversationId: id, content }) };
  };

  it.for(['refuse', 'hang', 'reset', 'swallow'] as const)(
    'falls back to HTTP and server-sent events where a proxy does this to upgrades: %s',
    async (upgrades, { expect }) => {
      await using proxy = await WebProxy.open(server.url, upgrades);
      const { id: conversationId, say } = await talk(upgrades);
      const client = connect(proxy.url);
      const room = follow(client, conversationId);
      await expect.poll(() => room.ids.length).toBeGreaterThan(0);
      expect(transportOf(client)).toBe('sse');
      await say('1');
      const { message } = await client.trpc.messages.send.mutate({ conversationId, content: '2' });
      expect(message.createdAt).toBeInstanceOf(Date);
      await expect.poll(() => room.contents).toEqual(['1', '2']);
      expect(room.errors).toEqual([]);
      expect(proxy.passed.join()).not.toContain(client.session.getSnapshot()?.accessToken);
      await client.close();
    },
  );

  it('goes back to a WebSocket when one passes, and loses and doubles nothing on either way', async ({
    expect,
  }) => {
    await using proxy = await WebProxy.open(server.url, 'refuse');
    const { id: conversationId, say } = await talk('there and back');
    const client = connect(proxy.url);
    const room = follow(client, conversationId);
    await expect.poll(() => transportOf(client)).toBe('sse');
    await expect.poll(() => room.ids.length).toBeGreaterThan(0);
    room.states.length = 0;
    let sent = 0;
    const speak = async (until: () => boolean) => {
      while (!until()) await say(String((sent += 1)));
    };
    await speak(() => sent === 10);
    proxy.upgrades = 'pass';
    client.connection.retry();
    await speak(() => transportOf(client) === 'ws');
    await speak(() => sent % 10 === 0);
    expect(names(room.states)).toEqual(['open']);

    proxy.upgrades = 'refuse';
    proxy.cut();
    const hurry = setInterval(() => client.connection.retry(), 100);
    await speak(() => transportOf(client) === 'sse');
    clearInterval(hurry);
    await say(String((sent += 1)));
    await expect.poll(() => room.contents.length).toBe(sent);
    expect(room.contents).toEqual(numbers(sent));
    expect(isSorted(room.ids)).toBe(true);
    expect(room.errors).toEqual([]);
  });

  it('tries a WebSocket again by itself', async ({ expect }) => {
    await using proxy = await WebProxy.open(server.url, 'refuse');
    const client = connect(proxy.url);
    await client.trpc.auth.me.query();
    expect(transportOf(client)).toBe('sse');
    const { asked } = proxy;
    proxy.upgrades = 'pass';
    await expect.poll(() => transportOf(client), { timeout: 40_000 }).toBe('ws');
    expect(proxy.asked).toBe(asked + 1);
  });

  it('remembers that none passes, also for who signs in next', async ({ expect }) => {
    await using proxy = await WebProxy.open(server.url, 'refuse');
    const client = connect(proxy.url);
    await client.trpc.auth.me.query();
    expect(transportOf(client)).toBe('sse');
    const { asked } = proxy;
    await client.signIn(ana.session);
    expect((await client.trpc.auth.me.query()).id).toBe(ana.id);
    expect([transportOf(client), proxy.asked]).toEqual(['sse', asked]);
  });

  it('does only what it is told to: `sse` asks for no upgrade, `ws` goes no other way', async ({
    expect,
  }) => {
    await using open = await WebProxy.open(server.url, 'pass');
    const sse = connect(open.url, { transport: 'sse' });
    expect((await sse.trpc.auth.me.query()).id).toBe(ben.id);
    sse.connection.retry();
    expect([transportOf(sse), open.asked]).toEqual(['sse', 0]);

    await using blocked = await WebProxy.open(server.url, 'refuse');
    const ws = connect(blocked.url, { transport: 'ws' });
    const me = ws.trpc.auth.me.query();
    await expect.poll(() => blocked.asked).toBeGreaterThanOrEqual(3);
    expect(blocked.passed).toEqual([]);
    blocked.upgrades = 'pass';
    ws.connection.retry();
    expect((await me).id).toBe(ben.id);
  });

  it('does not take a server that is away for a proxy that blocks', async ({ expect }) => {
    await using proxy = await WebProxy.open('http://127.0.0.1:9', 'refuse');
    const client = connect(proxy.url);
    void client.trpc.auth.me.query().catch(() => undefined);
    await expect.poll(() => proxy.passed.length).toBeGreaterThan(0);
    await expect.poll(() => proxy.asked).toBeGreaterThanOrEqual(3);
    expect(client.connection.state).not.toBe('open');
  });

  it('follows more rooms than there may be streams, in turns, and calls go through meanwhile', async ({
    expect,
  }) => {
    await using proxy = await WebProxy.open(server.url, 'refuse');
    const client = connect(proxy.url, { transport: 'sse' });
    const talks = await Promise.all(numbers(ROOMS).map(talk));
    const ids = new Set(talks.map(({ id }) => id));
    const inbox: string[] = [];
    client.trpc.inbox.events.subscribe(undefined, {
      onData: ({ data: { type, payload } }) => {
        if (type === 'connected' || (type === 'new-message' && ids.has(payload.conversationId)))
          inbox.push(type);
      },
    });
    const rooms = talks.map(({ id }) => follow(client, id));
    await expect.poll(() => rooms.every(({ ids }) => ids.length > 0)).toBe(true);
    for (const content of numbers(3)) await Promise.all(talks.map(({ say }) => say(content)));
    await client.trpc.auth.me.query();
    await expect.poll(() => rooms.map(({ contents }) => contents.length)).toEqual(rooms.map(() => 3));
    for (const { say } of talks) await say('4');
    await expect.poll(() => rooms.map(({ contents }) => contents)).toEqual(rooms.map(() => numbers(4)));
    await expect.poll(() => inbox.filter((type) => type === 'new-message').length).toBe(ROOMS * 4);
    expect(rooms.flatMap(({ errors }) => errors)).toEqual([]);
    expect(inbox.filter((type) => type === 'connected')).toHaveLength(1);
  });

  it('refuses over HTTP what it refuses over a WebSocket', async ({ expect }) => {
    await using proxy = await WebProxy.open(server.url, 'refuse');
    const eve = await server.person('eve');
    const client = connect(proxy.url, { session: eve.session, transport: 'sse' });
    const { id: conversationId } = await talk('not hers');
    const room = follow(client, conversationId);
    await expect
      .poll(() => room.errors)
      .toMatchObject([{ data: { code: 'NOT_FOUND', reason: 'not_a_participant' } }]);
    const sent = client.trpc.messages.send.mutate({ conversationId, content: 'x' });
    await expect(sent).rejects.toMatchObject({ data: { reason: 'not_a_participant' } });
  });

  it('stops over HTTP too when no token is taken', async ({ expect }) => {
    const client = createParleyClient({ url: server.url, transport: 'sse', getAccessToken: () => 'bad' });
    clients.push(client);
    const me = client.trpc.auth.me.query();
    await expect(me).rejects.toMatchObject({ data: { reason: 'token_invalid' } });
    expect(client.connection.getSnapshot()).toEqual({ state: 'unauthorised', reason: 'token_invalid' });
  });

  it('goes on over HTTP through expired tokens and a restart of the server', async ({ expect }) => {
    await using own = await startServer(kind, { accessTokenSeconds: TOKEN_SECONDS, presenceGraceMs: 50 });
    const people = [await own.person('ana'), await own.person('ben')] as const;
    const [writer, reader] = people.map(({ session }) =>
      createParleyClient({ url: own.url, transport: 'sse', session }),
    ) as [ParleyClient, ParleyClient];
    const { id: conversationId } = await writer.trpc.conversations.create.mutate({
      participantIds: [people[1].id],
    });
    const room = follow(reader, conversationId);
    await expect.poll(() => room.ids.length).toBeGreaterThan(0);
    const until = Date.now() + 2.5 * TOKEN_SECONDS * 1_000;
    let sent = 0;
    while (Date.now() < until) {
      sent += 1;
      const message = { conversationId, content: String(sent), clientId: String(sent) };
      if (sent === 5) await own.restart();
      while (!(await writer.trpc.messages.send.mutate(message).catch(() => false))) writer.connection.retry();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect.poll(() => room.contents.length).toBe(sent);
    expect(room.contents).toEqual(numbers(sent));
    expect(isSorted(room.ids)).toBe(true);
    expect(room.errors).toEqual([]);
    expect(reader.session.getSnapshot()?.refreshToken).not.toBe(people[1].session.refreshToken);
    await writer.close();
    await reader.close();
  });
});
