// Who a socket belongs to: refusals in the context (fact 1 of the design) and connection parameters (2).
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge, pass, SECRET, until } from './testing/edge.ts';
import { callFrame, Peer, reasonOf } from './testing/peer.ts';
import { openWire } from './testing/upgrade.ts';

const database = oneDatabase();

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
