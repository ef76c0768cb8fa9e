import { describe, expect, it } from 'vitest';

import { createTestServer } from './create-test-server.ts';

describe('a hole', () => {
  it('is mended where the event is lost a second time, and a receipt of that seq comes in between', async () => {
    using server = createTestServer({ users: ['ana', 'ben'] });
    const { id: conversationId } = server.conversation({ participants: ['ana', 'ben'], messages: 2 });
    const ben = server.as('ben');
    const room = server.client('ana').conversation(conversationId);
    const heard: string[] = [];
    room.on('joined', () => heard.push('joined'));
    room.on('message', ({ content }) => heard.push(content));
    await room.load();
    server.faults.drop({ events: 'message', times: 2 });
    await ben.messages.send({ conversationId, content: 'lost twice' });
    await ben.receipts.read({ conversationId, upToSeq: 1 });
    await expect.poll(() => heard).toEqual(['joined', 'joined']);
    await ben.receipts.read({ conversationId });
    await expect.poll(() => heard.at(-1)).toBe('lost twice');
    expect(room.messages.map(({ content }) => content)).toEqual(['Message 1', 'Message 2', 'lost twice']);
  });
});
