import { once } from 'node:events';
import { connect } from 'node:net';

import { describe, expect, it } from 'vitest';

import { silent } from '../core/testing/databases.ts';
import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { createParley } from '../create-parley.ts';
import { EDGE_LIMITS, nudgeSpreadMs, ONLY_NODE_LIMITS } from './edge-limits.ts';
import { openEdge, pass, SECRET, until } from './testing/edge.ts';
import { EventStream } from './testing/event-stream.ts';
import { Peer } from './testing/peer.ts';

const database = oneDatabase();

describe('a server that stops', () => {
  it('says so first, and lets everyone in for the delay that it was given', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock, drainDelayMs: 1_000 });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    const stopped = edge.parley.close();
    await until(async () => (await fetch(`${edge.url}/readyz`)).status === 503);
    await using late = await edge.peer(ana);
    expect((await late.call('query', 'auth.me')).result).toBeDefined();
    expect((await peer.call('query', 'auth.me')).result).toBeDefined();
    expect(peer.frames.some(({ method }) => method === 'reconnect')).toBe(false);
    await pass(
      clock,
      peer.find(({ method }) => method === 'reconnect'),
    );
    await pass(clock, stopped);
  });

  it('tells its clients one by one, all of them while there is time to leave', async () => {
    const clock = new ManualClock();
    const leaveMs = 1_000;
    await using edge = await openEdge(database, {
      clock,
      edgeLimits: { leaveMs, connectionsPerUser: 100 },
    });
    const ben = await edge.person('ben');
    const peers = await Promise.all(Array.from({ length: 40 }, () => edge.peer(ben)));
    /** Once a call is answered, what was told before has come. */
    const told = async () => {
      await Promise.all(peers.map((peer) => peer.call('query', 'auth.me')));
      return peers.filter(({ frames }) => frames.some(({ method }) => method === 'reconnect')).length;
    };
    expect(await told()).toBe(0);
    const stopped = edge.parley.close();
    const spread = nudgeSpreadMs({ ...EDGE_LIMITS, leaveMs });
    clock.advance(spread / 2);
    const early = await told();
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(peers.length);
    clock.advance(spread / 2);
    expect(await told()).toBe(peers.length);
    expect(spread).toBeLessThan(leaveMs);
    await pass(clock, stopped);
  });

  it('does not wait for a connection that has asked for nothing', async () => {
    const edge = await openEdge(database);
    const { port } = new URL(edge.url);
    const idle = connect(Number(port), '127.0.0.1');
    await once(idle, 'connect');
    await expect.poll(async () => (await fetch(`${edge.url}/healthz`)).status).toBe(200);
    const gone = once(idle, 'close');
    await edge[Symbol.asyncDispose]();
    await gone;
  });

  it('does not wait long for clients that have nowhere else to go', async () => {
    const clock = new ManualClock();
    const parley = await createParley({ database, jwtSecret: SECRET, log: silent, clock });
    const { url } = await parley.listen({ port: 0, host: '127.0.0.1' });
    await using peer = await Peer.open(url);
    const stopped = parley.close();
    clock.advance(ONLY_NODE_LIMITS.leaveMs - 1);
    await peer.find(({ method }) => method === 'reconnect');
    peer.socket.send('PING');
    await peer.until(() => peer.texts.includes('PONG'));
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
    clock.advance(1);
    expect((await peer.closed).code).toBe(1012);
    expect(ONLY_NODE_LIMITS.leaveMs).toBeLessThan(EDGE_LIMITS.leaveMs);
    await pass(clock, stopped);
  });

  it('ends streams so that they come again, and does not cut off a kept connection on which a call comes', async () => {
    const clock = new ManualClock();
    await using edge = await openEdge(database, { clock, edgeLimits: { leaveMs: 0, idleMs: 500 } });
    const eve = await edge.person('eve');
    const conversationId = await edge.conversation(eve, await edge.person('dan'));
    await using stream = await EventStream.open(edge, eve, 'inbox.events');
    await stream.next(({ data }) => data.includes('connected'));
    await edge.call(eve, 'query', 'auth.me');
    const stopped = edge.parley.close();
    clock.advance(1);
    const end = await stream.next(({ event }) => event === 'serialized-error');
    expect(end.data).toContain('unavailable');
    // So does one that comes only now, on a connection that is kept.
    await using late = await EventStream.open(edge, eve, 'conversations.events', {
      input: { conversationId },
    });
    const told = await late.next(({ event }) => event === 'serialized-error' || event === 'return');
    expect([told.event, told.data]).toEqual(['serialized-error', expect.stringContaining('unavailable')]);
    // Every connection that is kept has one more call, and no new one is let in.
    const call = () => edge.call(eve, 'query', 'auth.me').catch(() => undefined);
    const answers: [number, string | null][] = [];
    for (let reply = await call(); reply !== undefined; reply = await call()) {
      answers.push([reply.status, reply.headers.get('connection')]);
    }
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).toEqual([200, 'close']);
    await pass(clock, stopped);
  });
});
