// What a socket holds of a message that is not whole: how long, how much, and in how many pieces.
import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { EDGE_LIMITS } from './edge-limits.ts';
import { openEdge, pass, until } from './testing/edge.ts';
import { Peer } from './testing/peer.ts';

const database = oneDatabase();

describe('a message that is not whole', () => {
  it('is waited for no longer than a word of its peer, who pings meanwhile', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock });
    await using peer = await edge.peer(await edge.person('ana'));
    await peer.call('query', 'auth.me');
    peer.socket.send('[', { fin: false });
    const { pingMs, pongMs } = EDGE_LIMITS;
    const steps = 7;
    for (let step = 0; step < steps; step += 1) {
      peer.socket.ping();
      await once(peer.socket, 'pong');
      clock.advance((pingMs + pongMs) / steps);
    }
    // What waits a second or more may be called so much later, each of the two times.
    clock.advance(200);
    expect((await peer.closed).code).toBe(1006);
  });

  it('has the time of a quiet peer where it goes on coming, though it had just begun when its peer was pinged', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    await using endless = await edge.peer(ana);
    const both = [peer, endless];
    await Promise.all(both.map((one) => one.call('query', 'auth.me')));
    const { pingMs, pongMs } = EDGE_LIMITS;
    const say = async (text: string, lasts: number) => {
      for (const { socket } of both) {
        socket.send(text, { fin: false });
        socket.ping();
      }
      await Promise.all(both.map(({ socket }) => once(socket, 'pong')));
      clock.advance(lasts);
    };
    clock.advance(pingMs - 1_000);
    await say('{"id":7,"method":"query","params":', 1_200);
    for (let passed = 200; passed < pingMs; passed += pongMs / 2) await say(' ', pongMs / 2);
    peer.socket.send('{"path":"auth.me"}}');
    expect((await peer.reply(7)).error).toBeUndefined();
    for (let passed = 0; passed < 2 * pongMs && endless.socket.readyState === 1; passed += pongMs / 2)
      await Promise.race([say(' ', pongMs / 2), endless.closed]);
    expect((await endless.closed).code).toBe(1006);
  });

  it('is none where a peer says nothing but pings, which is kept as one that speaks', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock });
    await using peer = await edge.peer(await edge.person('ana'));
    await peer.call('query', 'auth.me');
    for (let step = 0; step < 10; step += 1) {
      clock.advance(EDGE_LIMITS.pingMs / 2);
      peer.socket.ping('still here');
      await once(peer.socket, 'pong');
    }
    expect((await peer.call('query', 'auth.me')).error).toBeUndefined();
  });

  it('keeps little, whatever comes between its fragments', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, {
      clock,
      edgeLimits: { unfinishedBytes: 100_000, closeMs: 50 },
    });
    await using peer = await edge.peer(await edge.person('ana'));
    await peer.call('query', 'auth.me');
    const pong = Buffer.alloc(125);
    // As many in whole messages are none of its business.
    for (let sent = 0; sent < 100; sent += 1) {
      for (let count = 0; count < 10; count += 1) peer.socket.pong(pong);
      peer.socket.send('PING');
    }
    await peer.until(() => peer.texts.length === 100);
    expect((await peer.call('query', 'auth.me')).error).toBeUndefined();
    peer.socket.send('[', { fin: false });
    for (let count = 0; count < 2_000; count += 1) peer.socket.pong(pong);
    expect(await pass(clock, peer.closed)).toEqual({ code: 1009, reason: 'message too long' });
  });

  it('comes in so many pieces and no more', async () => {
    await using edge = await openEdge(database, { edgeLimits: { messageParts: 4 } });
    await using peer = await edge.peer(await edge.person('ana'));
    const say = (...parts: string[]) =>
      parts.forEach((part, index) => peer.socket.send(part, { fin: index === parts.length - 1 }));
    say('{"id":1,', '"method":"query",', '"params":', '{"path":"auth.me"}}');
    expect((await peer.reply(1)).error).toBeUndefined();
    say(...Array<string>(5).fill(' '));
    expect((await peer.closed).code).toBe(1008);
  });

  it('is short where nobody has shown a token, in the parameters and after them', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock, edgeLimits: { closeMs: 50 } });
    const much = 'x'.repeat(4 * EDGE_LIMITS.strangerBytes);
    await using silent = await Peer.open(edge.url, { query: '?connectionParams=1' });
    await using stranger = await Peer.open(edge.url);
    await using rejected = await Peer.open(edge.url, { params: { token: 'nonsense' } });
    await until(() => edge.lines.some(({ msg }) => msg === 'authentication failed'));
    for (const { socket } of [silent, stranger, rejected]) socket.send(much, { fin: false });
    expect(await pass(clock, silent.closed)).toEqual({ code: 4401, reason: 'unauthenticated' });
    expect(await pass(clock, stranger.closed)).toEqual({ code: 4401, reason: 'unauthenticated' });
    expect(await pass(clock, rejected.closed)).toEqual({ code: 4401, reason: 'token_invalid' });
  });
});
