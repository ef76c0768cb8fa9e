// The messages of a long talk: page by page, around one of them, and what is missing in between.
import { isParleyError } from '@parley/client';
import { beforeAll, describe, expect, it } from 'vitest';

import { clientOf, withTalkers } from './testing/talkers.ts';

describe('a history', () => {
  const LENGTH = 260;
  const stage = withTalkers(['ana', 'ben']);
  let id: string;
  let ids: string[];
  beforeAll(async () => {
    ({ id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id] }));
    ids = [];
    for (let n = 0; n < LENGTH; n += 1)
      ids.push(
        (await stage.ana.client.trpc.messages.send.mutate({ conversationId: id, content: `${n}` })).message
          .id,
      );
  });
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `${from + n}`);

  it('is loaded page by page, one at a time', async () => {
    const client = clientOf(stage.server.url, stage.ben.session);
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
    const client = clientOf(stage.server.url, stage.ben.session);
    const room = client.conversation(id);
    const shown = () => room.messages.map(({ content }) => content);
    await room.load();
    await room.jumpTo(of(100));
    expect(shown()).toContain('100');
    const { gap } = room.getSnapshot();
    const before = room.messages.findIndex(({ key }) => key === gap?.afterKey);
    expect(Number(shown()[before + 1])).toBeGreaterThan(Number(shown()[before]) + 1);
    // What is said meanwhile goes to the end.
    const { seq } = await stage.ana.client.conversation(id).send('late');
    await expect.poll(() => room.messages.at(-1)?.seq).toBe(seq);
    expect(shown().at(-1)).toBe('late');
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
    await expect(stage.ben.client.conversation(id).jumpTo('unknown')).rejects.toSatisfy((error) =>
      isParleyError(error, 'message_not_found'),
    );
  });
});
