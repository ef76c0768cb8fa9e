// The messages of a long talk: page by page, around one of them, and what is missing in between.
import { isParleyError } from '@parley/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { clientOf, talker, type Talker } from './testing/talkers.ts';

const kind = databases()[0]!;

describe('a history', () => {
  const LENGTH = 260;
  let server: TestServer;
  let ana: Talker;
  let ben: Talker;
  let id: string;
  let ids: string[];
  beforeAll(async () => {
    server = await startServer(kind);
    ana = await talker(server, 'ana');
    ben = await talker(server, 'ben');
    ({ id } = await ana.client.inbox.create({ participantIds: [ben.id] }));
    ids = [];
    for (let n = 0; n < LENGTH; n += 1)
      ids.push(
        (await ana.client.trpc.messages.send.mutate({ conversationId: id, content: `${n}` })).message.id,
      );
  });
  afterAll(async () => {
    await ana.client.close();
    await ben.client.close();
    await server[Symbol.asyncDispose]();
  });
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `${from + n}`);

  it('is loaded page by page, one at a time', async () => {
    const client = clientOf(server.url, ben.session);
    const room = client.conversation(id);
    const shown = () => room.messages.map(({ content }) => content);
    await room.load();
    expect(shown()).toEqual(numbers(LENGTH - 50, LENGTH));
    expect(room.getSnapshot().olderMessages).toEqual({ hasMore: true, isLoading: false, error: null });
    const loading = room.loadOlder();
    void room.loadOlder();
    expect(room.getSnapshot().olderMessages.isLoading).toBe(true);
    await loading;
    expect(shown()).toEqual(numbers(LENGTH - 100, LENGTH));
    while (room.getSnapshot().olderMessages.hasMore) await room.loadOlder();
    expect(shown()).toEqual(numbers(0, LENGTH));
    await client.close();
  });

  it.each([
    ['an id', (n: number) => ids[n]!],
    ['a seq', (n: number) => n + 1],
  ])('is shown around a message that %s names, with a gap that fills', async (_, of) => {
    const client = clientOf(server.url, ben.session);
    const room = client.conversation(id);
    const shown = () => room.messages.map(({ content }) => content);
    await room.load();
    await room.jumpTo(of(100));
    expect(shown()).toContain('100');
    const { gap } = room.getSnapshot();
    const before = room.messages.findIndex(({ key }) => key === gap?.afterKey);
    expect(Number(shown()[before + 1])).toBeGreaterThan(Number(shown()[before]) + 1);
    // What is said meanwhile goes to the end.
    const { seq } = await ana.client.conversation(id).send('late');
    await expect.poll(() => shown().at(-1)).toBe('late');
    for (let tries = 0; room.getSnapshot().gap !== null && tries < 10; tries += 1)
      await room.getSnapshot().gap?.load();
    expect(room.getSnapshot().gap).toBeNull();
    await room.jumpTo(of(0));
    while (room.getSnapshot().gap !== null) await room.getSnapshot().gap?.load();
    const numbered = shown().filter((content) => content !== 'late');
    expect(numbered).toEqual(numbers(0, LENGTH));
    expect(room.messages.at(-1)?.seq).toBe(seq);
    await client.close();
  });

  it('says that there is no such message', async () => {
    await expect(ben.client.conversation(id).jumpTo('unknown')).rejects.toSatisfy((error) =>
      isParleyError(error, 'message_not_found'),
    );
  });
});
