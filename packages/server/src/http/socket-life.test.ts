// How long a socket may stay: the life of its token (fact 5 of the design), and what ends its subscriptions by a name that
// says whether to come again (9).
import { once } from 'node:events';

import jwt from 'jsonwebtoken';
import { beforeEach, describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge, SECRET } from './testing/edge.ts';
import { reasonOf, Peer } from './testing/peer.ts';

const database = oneDatabase();

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
