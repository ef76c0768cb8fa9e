// What tRPC's WebSocket adapter leaves to the edge, on real sockets, by the numbers of the design's facts: 3 first value, 6
// backpressure and keep-alive, 7 subscriptions that stop, 10 calls under way at the end. Others are in the tests of
// authentication, life, frames and upgrade.
import { once } from 'node:events';
import { connect } from 'node:net';

import { describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge, until } from './testing/edge.ts';
import { callFrame, Peer } from './testing/peer.ts';
import { upgradeHead } from './testing/upgrade.ts';

const database = oneDatabase();

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

  it('that has gone ends what it had under way, and names no cause to nobody', async () => {
    const ends: unknown[] = [];
    await using edge = await openEdge(database, {
      extend: ({ authed }) => ({
        host: {
          watch: authed.query(({ ctx: { connection } }) => {
            connection.signal.addEventListener('abort', () => ends.push(connection.signal.reason));
            return null;
          }),
        },
      }),
    });
    const ana = await edge.person('ana');
    await using peer = await edge.peer(ana);
    await peer.call('query', 'host.watch');
    await peer.event(peer.start('subscription', 'inbox.events'), 'connected');
    peer.socket.terminate();
    await until(() => ends.length > 0);
    expect(ends).toMatchObject([{ name: 'AbortError' }]);
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
