// What tRPC's WebSocket adapter leaves to the edge, on real sockets. By the numbers of the design's facts: 1 refusals in
// the context, 2 connection parameters, 3 first value, 4 batches, 5 life of a token, 6 backpressure, caps, frame size and
// keep-alive, 7 subscriptions that stop, 8 malformed items and JSON, 9 errors that end a subscription (by a name that says
// whether to come again), 10 calls under way at the end, 11 upgrades, 12 masked errors.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { LIMITS } from '@parley/contract/schemas';
import { tracked } from '@trpc/server';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { ManualClock } from '../core/testing/manual-clock.ts';
import { openEdge, pass, SECRET, until } from './testing/edge.ts';
import { callFrame, Peer, reasonOf } from './testing/peer.ts';

const LIVE = databases()[0];
if (LIVE === undefined) throw new Error('no database');
let database: TestDatabase;
beforeAll(async () => {
  database = await LIVE.open();
});
beforeEach(() => database.clear());
afterAll(() => database.close());

/** A token of the server's own key. */
const tokenFor = (userId: string, seconds: number, key = SECRET): string =>
  jwt.sign({}, key, { subject: userId, expiresIn: seconds });

describe('authentication of a socket', () => {
  it('refuses protected calls by name and then closes with 4401', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    const none = jwt.sign({ sub: ana.id }, '', { algorithm: 'none' });
    const cases = [
      [{ token: tokenFor(ana.id, -60) }, 'token_expired'],
      [{ token: tokenFor(ana.id, 60, 'another secret of enough bytes..') }, 'token_invalid'],
      [{ token: none }, 'token_invalid'],
      [{ token: 'nonsense' }, 'token_invalid'],
      [{ authorization: 'Bearer nonsense' }, 'token_invalid'],
      [{}, 'unauthenticated'],
      [null, 'unauthenticated'],
    ] as const;
    for (const [params, reason] of cases) {
      await using peer = await Peer.open(edge.url, { params });
      const reply = await peer.call('query', 'auth.me');
      expect(reasonOf(reply)).toBe(reason);
      expect(reply.error?.json.data.code).toBe('UNAUTHORIZED');
      expect(await peer.closed).toEqual({ code: 4401, reason });
    }
    expect(edge.lines.some((line) => JSON.stringify(line).includes('eyJ'))).toBe(false);
  });

  it('takes the token from each of its names, with or without Bearer', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    const bearer = `Bearer ${ana.token}`;
    for (const params of [
      { token: ana.token },
      { accessToken: ana.token },
      { authorization: bearer },
      { Authorization: bearer },
      { token: bearer },
    ]) {
      await using peer = await Peer.open(edge.url, { params });
      expect((await peer.call('query', 'auth.me')).result?.data?.json).toMatchObject({ id: ana.id });
    }
  });

  it('never takes the token from the address', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using peer = await Peer.open(edge.url, { query: `?token=${ana.token}&accessToken=${ana.token}` });
    expect(reasonOf(await peer.call('query', 'auth.me'))).toBe('unauthenticated');
  });

  it('lets people sign in on a socket without a token, and stays open when that fails', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using peer = await Peer.open(edge.url);
    const failed = await peer.call('mutation', 'auth.login', {
      email: ana.email,
      password: 'wrong password',
    });
    expect(reasonOf(failed)).toBe('invalid_credentials');
    await edge.parley.disableUser(ana.id);
    const disabled = await peer.call('mutation', 'auth.login', { email: ana.email, password: 'password' });
    expect(reasonOf(disabled)).toBe('user_disabled');
    await edge.parley.enableUser(ana.id);
    const session = await peer.call('mutation', 'auth.login', { email: ana.email, password: 'password' });
    expect(session.result?.data?.json).toMatchObject({ user: { id: ana.id } });
  });

  it('answers a call that is under way before it closes for another', async () => {
    await using edge = await openEdge(database, { edgeLimits: { settleMs: 30_000 } });
    const ana = await edge.person('ana');
    await using peer = await Peer.open(edge.url);
    peer.send([
      callFrame(1, 'query', 'auth.me'),
      callFrame(2, 'mutation', 'auth.login', { email: ana.email, password: 'password' }),
    ]);
    expect(await peer.closed).toEqual({ code: 4401, reason: 'unauthenticated' });
    expect((await peer.reply(2)).result?.data?.json).toMatchObject({ user: { id: ana.id } });
  });

  it('closes a socket that stays without a token, and sooner one with a bad token', async () => {
    const clock = new ManualClock();
    const edgeLimits = { unauthenticatedMs: 10_000, rejectedMs: 20 };
    await using edge = await openEdge(database, { clock, edgeLimits });
    await using silent = await Peer.open(edge.url);
    await using bad = await Peer.open(edge.url, { params: { token: 'nonsense' } });
    expect(await pass(clock, bad.closed)).toEqual({ code: 4401, reason: 'token_invalid' });
    expect(silent.socket.readyState).toBe(silent.socket.OPEN);
    clock.advance(edgeLimits.unauthenticatedMs);
    expect(await silent.closed).toEqual({ code: 4401, reason: 'unauthenticated' });
  });

  it('asks clients to come again when it cannot tell who they are', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    edge.parley.services.authenticator.verify = () => Promise.reject(new Error('connection refused'));
    await using peer = await edge.peer(ana);
    expect(await peer.closed).toEqual({ code: 1013, reason: 'unavailable' });
  });
});

describe('connection parameters', () => {
  it('are waited for, but not for ever', async () => {
    await using edge = await openEdge(database, { edgeLimits: { paramsMs: 30 } });
    await using peer = await Peer.open(edge.url, { query: '?connectionParams=1' });
    expect((await peer.closed).code).toBe(4408);
  });

  it('are waited for whatever follows them in the address', async () => {
    await using edge = await openEdge(database, { edgeLimits: { paramsMs: 30 } });
    const wire = openWire(edge.url, '/trpc?connectionParams=1#x');
    let answer = '';
    wire.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    await until(() => answer.includes('no connection parameters'));
    expect(answer).toContain(String.fromCharCode(4408 >> 8, 4408 & 255));
    wire.destroy();
  });

  it('lead to an answer in time, also where nobody can be asked about them', async () => {
    await using edge = await openEdge(database, { edgeLimits: { settleMs: 30 } });
    edge.parley.services.authenticator.verify = () => new Promise(() => undefined);
    await using peer = await Peer.open(edge.url, { params: { token: 'any' } });
    expect(await peer.closed).toEqual({ code: 1013, reason: 'unavailable' });
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['no object', '[1]'],
    ['no parameters', '{"id":1,"method":"query","params":{"path":"auth.me"}}'],
    ['parameters that are no text', '{"method":"connectionParams","data":{"token":1}}'],
    ['a binary frame', Buffer.from('{"method":"connectionParams","data":{}}')],
  ])('refuse calls by name after %s, and close with 4400', async (_, frame) => {
    await using edge = await openEdge(database);
    await using peer = await Peer.open(edge.url, { query: '?connectionParams=1' });
    peer.socket.send(frame);
    expect(reasonOf(await peer.call('query', 'auth.me'))).toBe('bad_connection_params');
    expect(await peer.closed).toEqual({ code: 4400, reason: 'bad_connection_params' });
  });
});

describe('the life of a token', () => {
  /** What waits a second or more may be called so much later. */
  const LATE_MS = 100;
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
  });
  const tokenFor = (userId: string, seconds: number): string =>
    jwt.sign({ exp: clock.now() / 1_000 + seconds }, SECRET, { subject: userId });

  it('ends every subscription by name and closes the socket when it is over', async () => {
    await using edge = await openEdge(database, { clock });
    const ana = await edge.person('ana');
    await using peer = await Peer.open(edge.url, { params: { token: tokenFor(ana.id, 2) } });
    const [first, second] = [
      peer.start('subscription', 'inbox.events'),
      peer.start('subscription', 'inbox.events'),
    ];
    await Promise.all([peer.event(first, 'connected'), peer.event(second, 'connected')]);
    clock.advance(2_000 + LATE_MS);
    expect(await peer.closed).toEqual({ code: 4401, reason: 'token_expired' });
    for (const id of [first, second]) {
      expect(peer.frames.filter((frame) => frame.id === id).map(reasonOf)).toContain('token_expired');
    }
    expect(peer.frames.some(({ method }) => method === 'reconnect')).toBe(false);
  });

  it('is announced to the client, on that one socket, some time before', async () => {
    const edgeLimits = { nudgeMs: 1_500, nudgeLifeMs: 1_600 };
    await using edge = await openEdge(database, { clock, edgeLimits });
    const ana = await edge.person('ana');
    await using other = await edge.peer(ana);
    await using peer = await Peer.open(edge.url, { params: { token: tokenFor(ana.id, 3) } });
    await peer.call('query', 'auth.me');
    clock.advance(1_500 + LATE_MS);
    await peer.find((frame) => frame.id === null && frame.method === 'reconnect');
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
    expect(other.frames).toEqual([]);
  });

  it('holds events back from a socket that is told to reconnect, for a while: the next one brings them', async () => {
    const edgeLimits = { nudgeMs: 8_000, nudgeLifeMs: 8_500, holdMs: 2_500 };
    await using edge = await openEdge(database, { clock, edgeLimits });
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const conversationId = await edge.conversation(ana, ben);
    await using peer = await Peer.open(edge.url, { params: { token: tokenFor(ana.id, 10) } });
    const old = peer.start('subscription', 'conversations.events', { conversationId });
    await peer.event(old, 'joined');
    clock.advance(2_000 + LATE_MS);
    await peer.find((frame) => frame.id === null && frame.method === 'reconnect');
    await using next = await edge.peer(ana);
    const place = { conversationId, lastEventId: '0' };
    const resumed = next.start('subscription', 'conversations.events', place);
    await next.event(resumed, 'joined');
    await edge.call(ben, 'mutation', 'messages.send', { conversationId, content: 'hello' });
    await edge.call(ben, 'mutation', 'typing.set', { conversationId, isTyping: true });
    await next.event(resumed, 'message');
    await next.event(resumed, 'typing');
    expect(peer.frames.filter(({ id, result }) => id === old && result?.type === 'data')).toHaveLength(1);
    // Who stays all the same loses nothing.
    clock.advance(edgeLimits.holdMs + LATE_MS);
    await peer.event(old, 'message');
  });

  it('brings events again to a socket that was told to reconnect and is renewed instead', async () => {
    const edgeLimits = { nudgeMs: 8_000, nudgeLifeMs: 8_500 };
    await using edge = await openEdge(database, { clock, edgeLimits });
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const conversationId = await edge.conversation(ana, ben);
    await using peer = await Peer.open(edge.url, { params: { token: tokenFor(ana.id, 10) } });
    const room = peer.start('subscription', 'conversations.events', { conversationId });
    await peer.event(room, 'joined');
    clock.advance(2_000 + LATE_MS);
    await peer.find((frame) => frame.id === null && frame.method === 'reconnect');
    await edge.call(ben, 'mutation', 'messages.send', { conversationId, content: 'hello' });
    expect(peer.frames.filter(({ id, result }) => id === room && result?.type === 'data')).toHaveLength(1);
    await peer.call('mutation', 'auth.renew', { accessToken: tokenFor(ana.id, 60) });
    await peer.event(room, 'message');
  });

  it('takes nobody out of a room who is told to reconnect and closes the socket on the way', async () => {
    const edgeLimits = { nudgeMs: 8_000, nudgeLifeMs: 8_500 };
    await using edge = await openEdge(database, { clock, presenceGraceMs: 10_000, edgeLimits });
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const conversationId = await edge.conversation(ana, ben);
    await using watcher = await edge.peer(ben);
    const watch = watcher.start('subscription', 'conversations.events', { conversationId });
    await watcher.event(watch, 'joined');
    await using peer = await Peer.open(edge.url, { params: { token: tokenFor(ana.id, 10) } });
    await peer.event(peer.start('subscription', 'conversations.events', { conversationId }), 'joined');
    await watcher.event(watch, 'user-joined');
    clock.advance(2_000 + LATE_MS);
    await peer.find((frame) => frame.id === null && frame.method === 'reconnect');
    peer.socket.close();
    await once(peer.socket, 'close');
    await using next = await edge.peer(ana);
    await next.event(next.start('subscription', 'conversations.events', { conversationId }), 'joined');
    await next.call('mutation', 'messages.send', { conversationId, content: 'here again' });
    await watcher.event(watch, 'message');
    expect(JSON.stringify(watcher.frames)).not.toContain('user-left');
  });

  it('is extended by another token of the same person, without dropping the socket', async () => {
    await using edge = await openEdge(database, { clock });
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    await using peer = await Peer.open(edge.url, { params: { token: tokenFor(ana.id, 2) } });
    const renewed = await peer.call('mutation', 'auth.renew', { accessToken: ana.token });
    expect(renewed.error).toBeUndefined();
    expect(reasonOf(await peer.call('mutation', 'auth.renew', { accessToken: ben.token }))).toBe(
      'token_invalid',
    );
    clock.advance(2_000 + LATE_MS);
    expect((await peer.call('query', 'auth.me')).result?.data?.json).toMatchObject({ id: ana.id });
  });
});

describe('a disabled person', () => {
  it('is cut off everywhere at once', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    const id = peer.start('subscription', 'inbox.events');
    await peer.event(id, 'connected');
    await edge.parley.disableUser(ana.id);
    expect(await peer.closed).toEqual({ code: 4401, reason: 'user_disabled' });
    expect(peer.frames.map(reasonOf)).toContain('user_disabled');
  });

  it('is found by looking when nobody says so', async () => {
    await using edge = await openEdge(database, { edgeLimits: { sweepMs: 30 } });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    await peer.call('query', 'auth.me');
    await database.prisma.user.update({ where: { id: ana.id }, data: { disabledAt: new Date() } });
    expect(await peer.closed).toEqual({ code: 4401, reason: 'user_disabled' });
  });
});

describe('frames', () => {
  it('answer whoever sends no JSON, and close the socket when it keeps doing so', async () => {
    await using edge = await openEdge(database, { edgeLimits: { malformedFrames: 4 } });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    for (const frame of ['nonsense', '"text"', Buffer.from('{}')]) {
      peer.frames.length = 0;
      peer.socket.send(frame);
      expect(reasonOf(await peer.reply(null))).toBe('invalid_input');
    }
    expect((await peer.call('query', 'auth.me')).error).toBeUndefined();
    peer.socket.send('{');
    expect((await peer.closed).code).toBe(4400);
  });

  it('fail item by item: a good call in a batch with bad ones is answered', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    peer.send([
      callFrame(1, 'query', 'conversations.get'),
      callFrame(2, 'query', 'auth.me'),
      { id: 3, method: 'dance', params: { path: 'auth.me' } },
      { id: 4, method: 'query' },
      {
        id: 5,
        method: 'query',
        params: { path: 'conversations.get', input: { json: {}, meta: { values: 'x' } } },
      },
      { id: 6, jsonrpc: '1.0', method: 'query', params: { path: 'auth.me' } },
      { id: 7, method: 'subscription', params: { path: 'inbox.events', lastEventId: 5 } },
      7,
      { id: null, method: 'query', params: { path: 'auth.me' } },
      callFrame(8, 'query', 'no.such'),
      { id: 9, jsonrpc: '3.0', method: 'subscription.stop' },
      { id: 10, method: 'subscription.stop' },
    ]);
    expect((await peer.reply(2)).result?.data?.json).toMatchObject({ id: ana.id });
    for (const id of [1, 3, 4, 5, 6, 7, 9, null])
      expect(reasonOf(await peer.reply(id))).toBe('invalid_input');
    expect(reasonOf(await peer.reply(8))).toBe('not_found');
    peer.frames.length = 0;
    expect((await peer.call('query', 'auth.me')).error).toBeUndefined();
  });

  it('hold as many items as a reconnect sends, and no more', async () => {
    await using edge = await openEdge(database, { rateFactor: 10 });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    const batch = (count: number, from: number) =>
      Array.from({ length: count }, (_, index) => callFrame(from + index, 'subscription', 'inbox.events'));
    peer.send(batch(100, 1_000));
    await Promise.all(Array.from({ length: 100 }, (_, index) => peer.event(1_000 + index, 'connected')));
    expect(reasonOf(await peer.reply(peer.start('subscription', 'inbox.events')))).toBe(
      'too_many_subscriptions',
    );
    const last = 2_000 + LIMITS.wsBatch;
    peer.send(
      Array.from({ length: LIMITS.wsBatch + 1 }, (_, index) => callFrame(2_000 + index, 'query', 'x')),
    );
    expect(reasonOf(await peer.reply(2_000))).toBe('invalid_input');
    expect(reasonOf(await peer.reply(last))).toBe('invalid_input');
  });

  it('are at most 64 KiB long', async () => {
    await using edge = await openEdge(database);
    await using peer = await Peer.open(edge.url);
    peer.send(callFrame(1, 'mutation', 'auth.login', { email: 'x'.repeat(65_536) }));
    expect((await peer.closed).code).toBe(1009);
  });

  it('do not wait in an unbounded queue', async () => {
    await using edge = await openEdge(database, { edgeLimits: { pendingCalls: 5 } });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    peer.send(Array.from({ length: 8 }, (_, id) => callFrame(id, 'query', 'auth.me')));
    const replies = await Promise.all(Array.from({ length: 8 }, (_, id) => peer.reply(id)));
    expect(replies.map(reasonOf)).toEqual([...Array<undefined>(5), ...Array<string>(3).fill('rate_limited')]);
    expect((await peer.call('query', 'auth.me')).error).toBeUndefined();
  });

  it('cannot use an id twice at once', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    const id = peer.start('subscription', 'inbox.events');
    await peer.event(id, 'connected');
    peer.send(callFrame(id, 'query', 'auth.me'));
    await peer.find((frame) => frame.id === id && reasonOf(frame) === 'invalid_input');
    peer.send({ id, method: 'subscription.stop' });
    await peer.find((frame) => frame.id === id && frame.result?.type === 'stopped');
    peer.frames.length = 0;
    peer.send(callFrame(id, 'query', 'auth.me'));
    expect((await peer.reply(id)).error).toBeUndefined();
  });

  it('tell no stack and no internal text', async () => {
    await using edge = await openEdge(database, {
      extend: ({ authed }) => ({
        host: {
          fail: authed.query(() => {
            throw new Error('SELECT secret FROM vault');
          }),
        },
      }),
    });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    const reply = await peer.call('query', 'host.fail');
    expect(reasonOf(reply)).toBe('internal');
    expect(JSON.stringify(reply)).not.toMatch(/vault|stack|\.ts/);
    expect(edge.lines.find(({ msg }) => msg === 'call failed')).toMatchObject({
      path: 'host.fail',
      userId: ana.id,
    });
  });

  it('tell what a value was when a host’s subscription told it', async () => {
    await using edge = await openEdge(database, {
      extend: ({ authed }) => ({
        host: {
          progress: authed.subscription(async function* () {
            const event = { type: 'progress', payload: { done: 0 } };
            for (const done of [1, 2, 3]) {
              event.payload.done = await Promise.resolve(done);
              yield tracked('progress', event);
            }
          }),
        },
      }),
    });
    await using peer = await edge.peer(await edge.person('ana'));
    const id = peer.start('subscription', 'host.progress');
    await peer.find((frame) => frame.id === id && frame.result?.type === 'stopped');
    const told = peer.frames.flatMap((frame) =>
      frame.result?.type === 'data' ? frame.result.data?.json : [],
    );
    expect(told).toMatchObject([1, 2, 3].map((done) => ({ data: { payload: { done } } })));
  });

  it('have ids that JSON can name', async () => {
    await using edge = await openEdge(database);
    await using peer = await edge.peer(await edge.person('ana'));
    peer.socket.send('{"id":1e999,"method":"subscription","params":{"path":"inbox.events"}}');
    expect(reasonOf(await peer.reply(null))).toBe('invalid_input');
  });
});

describe('the upgrade', () => {
  it('takes /trpc only', async () => {
    await using edge = await openEdge(database);
    for (const path of ['/', '/trpc/', '/trpc/x', '/TRPC', '/api/v1', '/socket.io/', '//', '/x#/trpc']) {
      expect(await upgrade(edge.url, path)).toMatch(/^HTTP\/1\.1 404 /);
    }
    for (const path of ['/trpc?x=1', '/trpc#x', 'http://x/trpc']) {
      expect(await upgrade(edge.url, path)).toMatch(/^HTTP\/1\.1 101 /);
    }
  });

  it('takes pages of known origins, its own, and whatever is no page', async () => {
    await using edge = await openEdge(database, { origins: ['https://app.example'] });
    const { host } = new URL(edge.url);
    for (const origin of ['https://app.example', edge.url, `https://${host}`]) {
      await using peer = await Peer.open(edge.url, { origin });
      expect(peer.socket.readyState).toBe(peer.socket.OPEN);
    }
    for (const origin of [
      'https://evil.example',
      'https://app.example.evil.example',
      'http://app.example',
      'null',
      '',
    ]) {
      expect(await upgrade(edge.url, '/trpc', `Origin: ${origin}\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    }
  });

  it('is not upset by a request that is hardly one', async () => {
    await using edge = await openEdge(database);
    expect(await upgrade(edge.url, '/trpc', 'Host: [\r\n', false)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await upgrade(edge.url, '/trpc', 'Sec-WebSocket-Version: 99\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const wire = connect(Number(new URL(edge.url).port), '127.0.0.1');
    wire.write('GET /nope HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    wire.resetAndDestroy();
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  });

  it('is refused beyond the caps: all sockets, those of an address, those of a person', async () => {
    await using edge = await openEdge(database, {
      edgeLimits: { sockets: 5, unauthenticatedPerIp: 3, connectionsPerUser: 2 },
    });
    const ana = await edge.person('ana');
    await using one = await edge.peer(ana);
    await using two = await edge.peer(ana);
    expect((await one.call('query', 'auth.me')).error).toBeUndefined();
    expect((await two.call('query', 'auth.me')).error).toBeUndefined();
    const third = await edge.peer(ana);
    expect(await third.closed).toEqual({ code: 4429, reason: 'too_many_connections' });
    await until(() => edge.lines.some(({ msg }) => msg === 'socket closed'));

    const strangers = [await Peer.open(edge.url), await Peer.open(edge.url), await Peer.open(edge.url)];
    await expect(Peer.open(edge.url)).rejects.toThrow('HTTP 503');
    await one[Symbol.asyncDispose]();
    await expect(until(async () => (await refusalOf(edge.url)) === 'HTTP 429')).resolves.toBeUndefined();
    for (const stranger of strangers) await stranger[Symbol.asyncDispose]();
    await until(async () => (await refusalOf(edge.url)) === undefined);
  });
});

describe('a socket', () => {
  it('is pinged, answers pings, and is cut off when its peer does not answer', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock, edgeLimits: { pingMs: 30, pongMs: 200 } });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    peer.socket.send('PING');
    await peer.until(() => peer.texts.includes('PONG'));
    clock.advance(30);
    await peer.until(() => peer.texts.includes('PING'));
    peer.socket.send('PONG');
    // Once what follows is answered, that has come.
    await peer.call('query', 'auth.me');
    clock.advance(200);
    await peer.until(() => peer.texts.filter((text) => text === 'PING').length === 2);
    clock.advance(200);
    expect((await peer.closed).code).toBe(1006);
  });

  it('frees what a subscription holds when it stops, and when it goes', async () => {
    await using edge = await openEdge(database);
    const ana = await edge.person('ana');
    const open = async () => (await edge.parley.services.metrics.subscriptions.get()).values[0]?.value ?? 0;
    await using peer = await edge.peer(ana);
    const id = peer.start('subscription', 'inbox.events');
    await peer.event(id, 'connected');
    expect(await open()).toBe(1);
    peer.send({ id, method: 'subscription.stop' });
    await until(async () => (await open()) === 0);
    await peer.event(peer.start('subscription', 'inbox.events'), 'connected');
    expect(await open()).toBe(1);
    expect(await edge.parley.isUserOnline(ana.id)).toBe(true);
    peer.socket.terminate();
    await until(async () => (await open()) === 0);
    await until(async () => !(await edge.parley.isUserOnline(ana.id)));
  });

  it('gives the first value of a subscription once it is attached', async () => {
    await using edge = await openEdge(database);
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const conversationId = await edge.conversation(ana, ben);
    await using peer = await edge.peer(ana);
    const id = peer.start('subscription', 'conversations.events', { conversationId });
    const { payload } = await peer.event(id, 'joined');
    expect(payload).toMatchObject({ conversationId, resumed: false });
    await edge.call(ben, 'mutation', 'messages.send', { conversationId, content: 'hello' });
    expect((await peer.event(id, 'message')).payload).toMatchObject({ content: 'hello' });
  });

  it('that is not read from is not read from either, and is closed to come again', async () => {
    const big = 'x'.repeat(200_000);
    await using edge = await openEdge(database, {
      edgeLimits: { bufferedBytes: 65_536, stallMs: 150, closeMs: 50 },
      extend: ({ authed }) => ({ host: { big: authed.query(() => big) } }),
    });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    await peer.call('query', 'auth.me');
    peer.socket.pause();
    for (let sent = 0; sent < 70; sent += 1) peer.start('query', 'host.big');
    await until(() => edge.lines.some(({ msg }) => msg === 'slow peer'));
    await until(() => edge.lines.some(({ msg }) => msg === 'socket closed'));
    expect(edge.lines.find(({ msg }) => msg === 'slow peer')).toHaveProperty('buffered');
    expect(await edge.parley.services.metrics.connections.get()).toMatchObject({ values: [{ value: 0 }] });
  });

  it('that lets too much wait is cut off at once', async () => {
    const big = 'x'.repeat(200_000);
    await using edge = await openEdge(database, {
      rateFactor: 100,
      edgeLimits: { bufferedBytes: 65_536, bufferedMaxBytes: 1_000_000 },
      extend: ({ authed }) => ({ host: { big: authed.query(() => big) } }),
    });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    await peer.call('query', 'auth.me');
    peer.socket.pause();
    // In one frame: what came in parts could all be taken by the network, one part after the other.
    peer.send(Array.from({ length: 400 }, (_, index) => callFrame(`big ${index}`, 'query', 'host.big')));
    await until(() => edge.lines.some(({ msg }) => msg === 'socket closed'));
    const { buffered } = edge.lines.find(({ msg }) => msg === 'slow peer') as { buffered: number };
    expect(buffered).toBeLessThan(1_500_000);
  });

  it('is told to come again when the server stops, after its calls are answered', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await using edge = await openEdge(database, {
      extend: ({ authed }) => ({ host: { wait: authed.query(() => held.then(() => 'done')) } }),
    });
    const ana = await edge.person('ana');
    await using busy = await edge.peer(ana);
    await using idle = await edge.peer(ana);
    const waiting = busy.start('query', 'host.wait');
    await idle.call('query', 'auth.me');
    await busy.call('query', 'auth.me');
    const early = connect(Number(new URL(edge.url).port), '127.0.0.1');
    await once(early, 'connect');
    const stopped = edge.parley.close();
    await idle.find(({ method }) => method === 'reconnect');
    expect((await idle.closed).code).toBe(1012);
    expect((await fetch(`${edge.url}/readyz`)).status).toBe(503);
    await expect(Peer.open(edge.url)).rejects.toThrow('ECONNREFUSED');
    // One that was let in before and asks now.
    early.write(upgradeHead(edge.url, '/trpc'));
    expect(String((await once(early, 'data'))[0])).toMatch(/^HTTP\/1\.1 503 /);
    expect(busy.socket.readyState).toBe(busy.socket.OPEN);
    release();
    expect((await busy.reply(waiting)).result?.data?.json).toBe('done');
    expect((await busy.closed).code).toBe(1012);
    await stopped;
  });
});

/** Sends the head of an upgrade, and returns the first line of the answer. */
async function upgrade(url: string, path: string, headers = '', withHost = true): Promise<string> {
  const wire = openWire(url, path, headers, withHost);
  const answer = await new Promise<string>((resolve, reject) => {
    wire.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    wire.once('error', reject);
    wire.once('close', () => resolve(''));
  });
  wire.destroy();
  return answer.split('\r\n')[0] ?? '';
}

function openWire(url: string, path: string, headers = '', withHost = true): Socket {
  const { hostname, port } = new URL(url);
  const wire = connect(Number(port), hostname);
  wire.write(upgradeHead(url, path, headers, withHost));
  return wire;
}

function upgradeHead(url: string, path: string, headers = '', withHost = true): string {
  const { host } = new URL(url);
  return `GET ${path} HTTP/1.1\r\n${withHost ? `Host: ${host}\r\n` : ''}Connection: Upgrade\r\nUpgrade: websocket\r\n${
    headers.includes('Version') ? '' : 'Sec-WebSocket-Version: 13\r\n'
  }Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;
}

/** Why an upgrade is refused now; undefined when it is not. */
async function refusalOf(url: string): Promise<string | undefined> {
  try {
    await using _peer = await Peer.open(url);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
