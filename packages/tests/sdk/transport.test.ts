// What carries calls: a WebSocket, and where a proxy lets none through, HTTP and server-sent events.
import { createParleyClient, type ConnectionState, type ParleyClient } from '@parley/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { databases } from '../../server/src/core/testing/databases.ts';
import type { Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { WebProxy } from '../harness/web-proxy.ts';

const kind = databases()[0];

/** What the room has brought to a client, and what its connection has been. */
function follow(client: ParleyClient, conversationId: string) {
  const contents: string[] = [];
  const ids: string[] = [];
  const errors: unknown[] = [];
  const states: ConnectionState[] = [];
  client.connection.subscribe(() => states.push(client.connection.getSnapshot()));
  const subscription = client.trpc.conversations.events.subscribe(
    { conversationId },
    {
      onData: ({ id, data }) => {
        ids.push(id);
        if (data.type === 'message') contents.push(data.payload.content);
      },
      onError: (error) => errors.push(error),
    },
  );
  const transport = () => {
    const state = client.connection.getSnapshot();
    return state.state === 'open' ? state.transport : state.state;
  };
  return { contents, ids, errors, states, transport, unsubscribe: () => subscription.unsubscribe() };
}

describe.runIf(kind)('transport', () => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  let conversationId: string;
  beforeAll(async () => {
    server = await startServer(kind!, { presenceGraceMs: 50 });
    ana = await server.person('ana');
    ben = await server.person('ben');
    conversationId = (await ana.http.conversations.create.mutate({ participantIds: [ben.id] })).id;
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const say = (content: string) => ana.http.messages.send.mutate({ conversationId, content });

  it.each(['refuse', 'hang', 'reset', 'swallow'] as const)(
    'falls back to HTTP and server-sent events where a proxy does this to upgrades: %s',
    async (upgrades) => {
      await using proxy = await WebProxy.open(server.url, upgrades);
      const client = createParleyClient({ url: proxy.url, WebSocket, session: ben.session });
      const room = follow(client, conversationId);
      await expect.poll(() => room.ids.length, { timeout: 15_000 }).toBeGreaterThan(0);
      expect(room.transport()).toBe('sse');
      await say('one');
      const { message } = await client.trpc.messages.send.mutate({ conversationId, content: 'two' });
      expect(message.createdAt).toBeInstanceOf(Date);
      await expect.poll(() => room.contents).toEqual(['one', 'two']);
      expect(room.errors).toEqual([]);
      expect(proxy.passed.some((path) => path.includes(ben.session.accessToken))).toBe(false);
      await client.close();
    },
  );
});
