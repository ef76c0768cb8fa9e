import type { ConversationEvent } from '@parley/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ParleyClient } from '../client.ts';
import { isParleyError } from '../core/errors.ts';
import { createTestServer, type TestServer } from './create-test-server.ts';

const failed = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the faults of a test server', () => {
  let server: TestServer<'ana' | 'ben'>;
  let conversationId: string;
  let ana: ParleyClient;
  beforeEach(() => {
    server = createTestServer({ users: ['ana', 'ben'] });
    conversationId = server.conversation({ participants: ['ana', 'ben'], messages: 2 }).id;
    ana = server.client('ana');
  });
  afterEach(async () => {
    await server.close();
    vi.useRealTimers();
  });

  const send = (client: ParleyClient, content: string) =>
    client.trpc.messages.send.mutate({ conversationId, content });

  function follow(client: ParleyClient) {
    const events: ConversationEvent[] = [];
    const ids: string[] = [];
    client.trpc.conversations.events.subscribe(
      { conversationId },
      {
        onData: ({ id, data }) => {
          ids.push(id);
          events.push(data);
        },
      },
    );
    return { events, ids };
  }

  it('take one person off the network and leave the others', async () => {
    const ben = server.client('ben');
    await send(ben, 'before');
    await send(ana, 'before');
    server.faults.offline('ana');
    await expect.poll(() => ana.connection.state).toBe('waiting');
    expect(await failed(server.client('ana').signIn(server.credentials('ana')))).toSatisfy((error) =>
      isParleyError(error, 'unavailable'),
    );
    await send(ben, 'meanwhile');
    server.faults.online('ana');
    await expect.poll(() => ana.connection.state).toBe('open');
  });

  it('cut a connection that comes back and misses nothing', async () => {
    const { ids, events } = follow(ana);
    await expect.poll(() => events).toHaveLength(1);
    server.faults.cut();
    await server.as('ben').messages.send({ conversationId, content: 'while away' });
    await expect.poll(() => events.at(-1)?.type).toBe('message');
    expect(ids).toEqual(['2', '2', '3']);
  });

  it('slow everything down, in order', async () => {
    vi.useFakeTimers();
    await Promise.all([ana.trpc.auth.me.query(), vi.advanceTimersByTimeAsync(10)]);
    server.faults.slow(50);
    const answers: string[] = [];
    for (const content of ['1', '2', '3'])
      void send(ana, content).then(({ message }) => answers.push(message.content));
    await vi.advanceTimersByTimeAsync(99);
    expect(answers).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(answers).toEqual(['1', '2', '3']);
  });

  it('leave HTTP where no WebSocket passes', async () => {
    server.faults.blockSockets();
    const { events } = follow(ana);
    await expect.poll(() => events).toHaveLength(1);
    expect(ana.connection.getSnapshot()).toMatchObject({ state: 'open', transport: 'sse' });
    await server.as('ben').messages.send({ conversationId, content: 'over events' });
    await expect.poll(() => events.at(-1)?.type).toBe('message');
  });

  it('refuse so many calls, and those alone that are meant', async () => {
    const undo = server.faults.refuse(
      ({ path, userId }) => path === 'messages.send' && userId === 'ana',
      'rate_limited',
      { times: 2, retryAfterMs: 70 },
    );
    await server.as('ana').messages.send({ conversationId, content: 'over no network' });
    await send(server.client('ben'), 'another’s');
    for (const attempt of [1, 2]) {
      const error = await failed(send(ana, `${attempt}`));
      expect(isParleyError(error, 'rate_limited') && error.data).toMatchObject({
        code: 'TOO_MANY_REQUESTS',
        retryable: true,
        retryAfterMs: 70,
      });
    }
    expect((await send(ana, '3')).success).toBe(true);
    undo();
  });

  it('are taken back', async () => {
    const undo = server.faults.refuse('messages.send', 'unavailable', { times: Infinity });
    expect(isParleyError(await failed(send(ana, '1')), 'unavailable')).toBe(true);
    undo();
    await send(ana, '2');
    server.faults.refuse('messages.send', 'unavailable', { times: Infinity });
    server.faults.slow(10_000);
    server.faults.offline();
    server.faults.clear();
    expect((await send(ana, '3')).success).toBe(true);
  });

  it('lose an answer after the call took effect', async () => {
    server.faults.drop({ answers: 'messages.send' });
    const error = await failed(send(ana, 'sent all the same'));
    expect(isParleyError(error, 'unavailable')).toBe(true);
    const { items } = await server.as('ana').messages.list({ conversationId });
    expect(items[0]?.content).toBe('sent all the same');
  });

  it('lose a durable event, of one person, and leave a hole', async () => {
    const ben = server.client('ben');
    const feeds = [follow(ana), follow(ben)] as const;
    for (const { events } of feeds) await expect.poll(() => events.length).toBeGreaterThan(0);
    server.faults.drop({ events: ({ type, to }) => type === 'message' && to === 'ana' });
    for (const content of ['lost', 'not lost'])
      await server.as('ana').messages.send({ conversationId, content });
    for (const { events } of feeds)
      await expect.poll(() => events.at(-1)).toMatchObject({ payload: { content: 'not lost' } });
    const seqs = ({ ids, events }: ReturnType<typeof follow>) =>
      ids.filter((_, index) => events[index]?.type === 'message');
    expect(seqs(feeds[0])).toEqual(['4']);
    expect(seqs(feeds[1])).toEqual(['3', '4']);
  });

  it('are written down with the calls that clients made', async () => {
    await send(ana, 'hello');
    await server.as('ben').messages.list({ conversationId });
    expect(server.calls).toEqual([
      { path: 'messages.send', input: { conversationId, content: 'hello' }, userId: 'ana' },
    ]);
  });
});
