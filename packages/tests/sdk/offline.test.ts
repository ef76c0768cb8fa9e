// What one writes while the connection is away.
import { isParleyError } from '@parley/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { Proxy } from '../harness/proxy.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { clientOf, talker, type Talker } from './testing/talkers.ts';

const kind = databases()[0]!;

describe('a message written offline', () => {
  let server: TestServer;
  let ana: Talker;
  let ben: Talker;
  beforeAll(async () => {
    server = await startServer(kind);
    ana = await talker(server, 'ana');
    ben = await talker(server, 'ben');
  });
  afterAll(async () => {
    await ana.client.close();
    await ben.client.close();
    await server[Symbol.asyncDispose]();
  });

  const open = async (subject: string) =>
    (await ana.client.inbox.create({ participantIds: [ben.id], subject })).id;

  it('is shown at once, and posted once and in order when the connection is back', async () => {
    await using proxy = await Proxy.open(() => [Number(new URL(server.url).port)]);
    const id = await open('offline');
    const client = clientOf(`http://127.0.0.1:${proxy.port}`, ben.session);
    const room = client.conversation(id);
    const end = room.subscribe(() => undefined);
    await room.load();
    proxy.weather = { refusing: true };
    proxy.cut();
    await expect.poll(() => client.connection.state).not.toBe('open');
    const sends = ['one', 'two', 'three'].map((content) => room.send(content));
    expect(room.messages.map(({ content, delivery }) => [content, delivery])).toEqual([
      ['one', 'queued'],
      ['two', 'queued'],
      ['three', 'queued'],
    ]);
    expect(client.outbox.getSnapshot()).toHaveLength(3);
    proxy.weather = {};
    client.connection.retry();
    const sent = await Promise.all(sends);
    expect(client.outbox.getSnapshot()).toEqual([]);
    const { items } = await ana.client.trpc.messages.list.query({ conversationId: id });
    expect(items.map((one) => one.id).toReversed()).toEqual(sent.map((one) => one.id));
    expect(room.messages.map(({ content }) => content)).toEqual(['one', 'two', 'three']);
    end();
    await client.close();
  });

  it('is posted once though the answer was lost', async () => {
    await using proxy = await Proxy.open(() => [Number(new URL(server.url).port)]);
    const id = await open('lost answers');
    const client = clientOf(`http://127.0.0.1:${proxy.port}`, ben.session);
    const room = client.conversation(id);
    const end = room.subscribe(() => undefined);
    await room.load();
    const sends: Promise<unknown>[] = [];
    for (let round = 0; round < 5; round += 1) {
      sends.push(room.send(`${round}`));
      await ana.client.trpc.presence.get.query({ userIds: [ben.id] });
      proxy.cut();
      client.connection.retry();
    }
    await Promise.all(sends);
    const { items } = await ana.client.trpc.messages.list.query({ conversationId: id });
    expect(items.map(({ content }) => content).toReversed()).toEqual(['0', '1', '2', '3', '4']);
    await expect.poll(() => room.messages.map(({ content }) => content)).toEqual(['0', '1', '2', '3', '4']);
    end();
    await client.close();
  });

  it('is failed where the server refuses it, until it is discarded', async () => {
    const id = await open('refused');
    const room = ben.client.conversation(id);
    await room.load();
    const sending = room.send('x'.repeat(10_001));
    await expect(sending).rejects.toSatisfy((error) => isParleyError(error, 'message_too_long'));
    const [message] = room.messages;
    expect(message).toMatchObject({ delivery: 'failed', seq: null });
    expect(isParleyError(message?.error, 'message_too_long')).toBe(true);
    room.discard(message!.clientId!);
    expect(room.messages).toEqual([]);
  });
});
