import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createTestServer, type TestServer } from '../testing/index.ts';

describe('a watermark', () => {
  let server: TestServer<'ana' | 'ben'>;
  let conversationId: string;
  beforeEach(() => {
    vi.useFakeTimers();
    server = createTestServer({ users: ['ana', 'ben'] });
    conversationId = server.conversation({ participants: ['ana', 'ben'] }).id;
  });
  afterEach(async () => {
    await server.close();
    vi.useRealTimers();
  });

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const asked = (path: string) => server.calls.filter((call) => call.path === path).map(({ input }) => input);
  /** Longer than a call is tried again for. */
  const LONG_MS = 200_000;

  it.each(['receipts.read', 'receipts.delivered'] as const)(
    'that was told in vain by %s is told when the connection is back, and then no more',
    async (path) => {
      const room = server.client('ben').conversation(conversationId);
      room.subscribe(() => {});
      await pass(1_000);
      const undo = server.faults.refuse(path, 'unavailable', { times: Infinity });
      const { message } = await server.as('ana').messages.send({ conversationId, content: 'Still there?' });
      await pass(10);
      void room.read();
      await pass(LONG_MS);
      undo();
      const inVain = asked(path).length;
      await pass(LONG_MS);
      expect(asked(path)).toHaveLength(inVain);

      server.faults.cut('ben');
      await pass(5_000);
      expect(asked(path).slice(inVain)).toEqual([{ conversationId, upToSeq: message.seq }]);
      server.faults.cut('ben');
      await pass(5_000);
      expect(asked(path)).toHaveLength(inVain + 1);
    },
  );

  it('that is refused for good is not told again', async () => {
    const room = server.client('ben').conversation(conversationId);
    room.subscribe(() => {});
    await pass(1_000);
    server.faults.refuse('receipts.read', 'invalid_input', { times: Infinity });
    await server.as('ana').messages.send({ conversationId, content: 'Still there?' });
    await pass(10);
    const read = room.read();
    await pass(LONG_MS);
    await expect(read).rejects.toMatchObject({ data: { reason: 'invalid_input' } });
    server.faults.cut('ben');
    await pass(5_000);
    expect(asked('receipts.read')).toHaveLength(1);
  });
});
