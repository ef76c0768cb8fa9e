// What one writes while the connection is away.
import { isParleyError } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { Proxy } from '../harness/proxy.ts';
import { clientOf, withTalkers } from './testing/talkers.ts';

describe('a message written offline', () => {
  const stage = withTalkers(['ana', 'ben']);

  const open = async (subject: string) =>
    (await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject })).id;

  it('is shown at once, and posted once and in order when the connection is back', async () => {
    await using proxy = await Proxy.open(() => [Number(new URL(stage.server.url).port)]);
    const id = await open('offline');
    const client = clientOf(`http://127.0.0.1:${proxy.port}`, stage.ben.session);
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
    const { items } = await stage.ana.client.trpc.messages.list.query({ conversationId: id });
    expect(items.map((one) => one.id).toReversed()).toEqual(sent.map((one) => one.id));
    expect(room.messages.map(({ content }) => content)).toEqual(['one', 'two', 'three']);
    end();
    await client.close();
  });

  it('is posted once though the answer was lost', async () => {
    await using proxy = await Proxy.open(() => [Number(new URL(stage.server.url).port)]);
    const id = await open('lost answers');
    const client = clientOf(`http://127.0.0.1:${proxy.port}`, stage.ben.session);
    const room = client.conversation(id);
    const end = room.subscribe(() => undefined);
    await room.load();
    const sends: Promise<unknown>[] = [];
    for (let round = 0; round < 5; round += 1) {
      sends.push(room.send(`${round}`));
      await stage.ana.client.trpc.presence.get.query({ userIds: [stage.ben.id] });
      proxy.cut();
      client.connection.retry();
    }
    await Promise.all(sends);
    const { items } = await stage.ana.client.trpc.messages.list.query({ conversationId: id });
    expect(items.map(({ content }) => content).toReversed()).toEqual(['0', '1', '2', '3', '4']);
    await expect.poll(() => room.messages.map(({ content }) => content)).toEqual(['0', '1', '2', '3', '4']);
    end();
    await client.close();
  });

  it('is failed where the server refuses it, until it is discarded', async () => {
    const id = await open('refused');
    const room = stage.ben.client.conversation(id);
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
