// What is written while the network comes and goes, on a real server.
import { createParleyClient } from '@parley/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { databases } from '../../server/src/core/testing/databases.ts';
import { Proxy } from '../harness/proxy.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { talker, type Talker } from './testing/talkers.ts';

const [kind] = databases();

describe('messages that are sent through a bad network', () => {
  let server: TestServer;
  let ben: Talker;
  beforeAll(async () => {
    server = await startServer(kind);
    ben = await talker(server, 'ben');
  });
  afterAll(async () => {
    await ben.client.close();
    await server[Symbol.asyncDispose]();
  });

  const posted = async (conversationId: string) => {
    const { items } = await ben.client.trpc.messages.list.query({ conversationId, limit: 100 });
    return items.map(({ content }) => content).toReversed();
  };

  it('are all posted, once and in order, when connections are cut in the middle of sending', async () => {
    await using proxy = await Proxy.open(() => [Number(new URL(server.url).port)]);
    await using ana = await talker(server, 'ana', { url: `http://127.0.0.1:${proxy.port}`, transport: 'ws' });
    const talks = await Promise.all(
      ['bike', 'sofa'].map((subject) => ana.client.inbox.create({ participantIds: [ben.id], subject })),
    );
    const contents = Array.from({ length: 20 }, (_, at) => `m${at}`);
    proxy.weather = { delayMs: 10 };
    const sent = talks.flatMap(({ id }) => contents.map((it) => ana.client.conversation(id).send(it)));
    for (const enough of [2, 6, 12]) {
      await expect
        .poll(async () => (await posted(talks[0]!.id)).length, { timeout: 20_000, interval: 5 })
        .toBeGreaterThanOrEqual(enough);
      proxy.cut();
    }
    await Promise.all(sent);
    expect(ana.client.outbox.getSnapshot()).toEqual([]);
    for (const { id } of talks) expect(await posted(id)).toEqual(contents);
  });

  it('are posted after the server was restarted under them', async () => {
    await using ana = await talker(server, 'ana', { transport: 'ws' });
    const { id } = await ana.client.inbox.create({ participantIds: [ben.id], subject: 'restart' });
    const talk = ana.client.conversation(id);
    await talk.send('before');
    const restarted = server.restart();
    const sent = ['one', 'two', 'three'].map((content) => talk.send(content));
    await restarted;
    await Promise.all(sent);
    expect(await posted(id)).toEqual(['before', 'one', 'two', 'three']);
  });

  it('are posted, in order, where only the server knows whose they are', async () => {
    await using ana = await talker(server, 'ana');
    const { id } = await ana.client.inbox.create({ participantIds: [ben.id], subject: 'tokens' });
    const client = createParleyClient({
      url: server.url,
      WebSocket,
      getAccessToken: () => ana.session.accessToken,
    });
    const talk = client.conversation(id);
    const [first, second] = await Promise.all([talk.send('one'), talk.send('two')]);
    expect(second.seq).toBeGreaterThan(first.seq);
    expect(await posted(id)).toEqual(['one', 'two']);
    await client.close();
  });

  it('fail when they are refused for good, and go when the reason is gone', async () => {
    await using ana = await talker(server, 'ana');
    const { id } = await ana.client.inbox.create({ participantIds: [ben.id], subject: 'refused' });
    const talk = ana.client.conversation(id);
    await talk.load();
    const refused = talk.send({ content: 'x'.repeat(10_001), clientId: 'long' });
    const following = talk.send('following');
    await expect(refused).rejects.toMatchObject({ data: { reason: 'message_too_long' } });
    await following;
    expect(talk.messages.find((it) => it.clientId === 'long')).toMatchObject({ delivery: 'failed' });
    talk.discard('long');
    expect(talk.messages.map(({ content }) => content)).toEqual(['following']);
  });
});
