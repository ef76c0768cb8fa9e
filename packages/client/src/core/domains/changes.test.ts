import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createTestServer, type TestServer } from '../../testing/index.ts';

describe('a jump to a message', () => {
  let server: TestServer<'ana' | 'ben'>;
  let conversationId: string;
  beforeEach(() => {
    vi.useFakeTimers();
    server = createTestServer({ users: ['ana', 'ben'] });
    conversationId = server.conversation({ participants: ['ana', 'ben'], messages: 60 }).id;
  });
  afterEach(async () => {
    await server.close();
    vi.useRealTimers();
  });

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const asked = () =>
    server.calls.filter(({ path, input }) => path === 'messages.list' && 'fromId' in (input as object));
  /** Ana's room, in which a message is missing of which she has not been told. */
  async function roomWithout() {
    const room = server.client('ana').conversation(conversationId);
    room.subscribe(() => {});
    await pass(1_000);
    server.faults.drop({ events: 'message' });
    const sent = await server.as('ben').messages.send({ conversationId, content: 'missed' });
    await pass(1_000);
    expect(room.messages.at(-1)?.content).toBe('Message 60');
    return { room, id: sent.message.id };
  }

  it('asks again for a page that does not fit what is here, and says so where the message does not come', async () => {
    const { room, id } = await roomWithout();
    const jump = room.jumpTo(id).catch((error: unknown) => error);
    await pass(10_000);
    expect(await jump).toMatchObject({ data: { reason: 'unavailable', retryable: true } });
    expect(asked()).toHaveLength(6);
  });

  it('ends well where the message comes meanwhile', async () => {
    const { room, id } = await roomWithout();
    const jump = room.jumpTo(id);
    await pass(1);
    expect(asked()).toHaveLength(2);
    // What follows shows that something was missed.
    await server.as('ben').messages.send({ conversationId, content: 'next' });
    await Promise.all([jump, pass(10_000)]);
    expect(room.messages.map((message) => message.content).slice(-2)).toEqual(['missed', 'next']);
  });

  it('goes to what is around a seq that is no message', async () => {
    const { id } = server.conversation({ participants: ['ana', 'ben'], messages: 1, subject: 'reacted to' });
    const ben = server.as('ben');
    const { items } = await ben.messages.list({ conversationId: id });
    await ben.messages.react({ messageId: items[0]?.id ?? '', emoji: '👍', on: true });
    for (let n = 0; n < 60; n += 1) await ben.messages.send({ conversationId: id, content: `${n}` });
    const room = server.client('ana').conversation(id);
    await Promise.all([room.jumpTo(2), pass(1_000)]);
    expect(room.messages[0]?.content).toBe('Message 1');
  });
});
