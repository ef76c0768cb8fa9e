// What a socket may be sent, and what it is told: batches (fact 4 of the design), sizes (6), malformed items and JSON (8),
// masked errors (12).
import { LIMITS } from '@parley/contract/schemas';
import { tracked } from '@trpc/server';
import { describe, expect, it } from 'vitest';

import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge } from './testing/edge.ts';
import { callFrame, reasonOf } from './testing/peer.ts';

const database = oneDatabase();

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

  it('are not answered with many times what they hold', async () => {
    await using edge = await openEdge(database);
    await using peer = await edge.peer(await edge.person('ana'));
    peer.send(Array.from({ length: 50 * LIMITS.wsBatch }, () => ({ id: 1 })));
    expect(reasonOf(await peer.reply(null))).toBe('invalid_input');
    expect(peer.frames.filter(({ id }) => id === 1)).toHaveLength(2 * LIMITS.wsBatch);
  });

  it('hold all that a client sends in one turn, as tRPC’s own does in one frame', async () => {
    await using edge = await openEdge(database);
    const [ana, ben] = [await edge.person('ana'), await edge.person('ben')];
    const conversationId = await edge.conversation(ana, ben);
    await using peer = await edge.peer(ana);
    const content = 'x'.repeat(LIMITS.messageLength);
    const ids = Array.from({ length: 100 }, (_, index) => 100 + index);
    peer.send(ids.map((id) => callFrame(id, 'mutation', 'messages.send', { conversationId, content })));
    const replies = await Promise.all(ids.map((id) => peer.reply(id)));
    expect(replies.map(reasonOf)).toEqual(ids.map(() => undefined));
  });

  it('are at most 1 MiB long', async () => {
    await using edge = await openEdge(database);
    await using peer = await edge.peer(await edge.person('ana'));
    peer.send(callFrame(1, 'mutation', 'auth.login', { email: 'x'.repeat(1_048_576) }));
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
