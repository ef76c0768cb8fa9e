// One subscription of a room: however many watch, and whatever the connection does.
import { describe, expect, it } from 'vitest';

import { Proxy } from '../harness/proxy.ts';
import { clientOf, withTalkers } from './testing/talkers.ts';
import { Tap } from './testing/tapped-socket.ts';

describe('a feed', () => {
  const stage = withTalkers(['ana', 'ben']);

  const open = async (subject: string) =>
    (await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject })).id;
  /** Everything that was said, as the server has it. */
  const said = async (conversationId: string) => {
    const { items } = await stage.ana.client.trpc.messages.list.query({ conversationId, limit: 100 });
    return items.map(({ content }) => content).toReversed();
  };

  it('is subscribed once however many watch, listen and iterate', async () => {
    const id = await open('once');
    const tap = new Tap();
    const client = clientOf(stage.server.url, stage.ben.session, { WebSocket: tap.WebSocket });
    const room = client.conversation(id);
    const ends = [1, 2, 3].map(() => room.subscribe(() => undefined));
    ends.push(room.on('message', () => undefined));
    await Promise.all([room.load(), client.conversation(id).load()]);
    const iterated: string[] = [];
    const loop = (async () => {
      for await (const event of room) {
        if (event.type !== 'message') continue;
        iterated.push(event.payload.content);
        if (iterated.length === 2) break;
      }
    })();
    await expect.poll(() => tap.of('conversations.events')).toBe(1);
    await stage.ana.client.conversation(id).send('one');
    await stage.ana.client.conversation(id).send('two');
    await loop;
    expect(iterated).toEqual(['one', 'two']);
    for (const end of ends) end();
    // Whoever comes back soon finds it as it was left.
    room.subscribe(() => undefined);
    await stage.ana.client.conversation(id).send('three');
    await expect.poll(() => room.messages.at(-1)?.content).toBe('three');
    expect(tap.of('conversations.events')).toBe(1);
    expect(tap.of('conversations.open')).toBe(1);
    await client.close();
  });

  it('loses and doubles nothing while the connection is cut again and again', async () => {
    await using proxy = await Proxy.open(() => [Number(new URL(stage.server.url).port)]);
    const id = await open('cuts');
    const client = clientOf(`http://127.0.0.1:${proxy.port}`, stage.ben.session);
    const room = client.conversation(id);
    const heard: string[] = [];
    room.on('message', ({ content }) => heard.push(content));
    await room.load();
    for (let round = 0; round < 4; round += 1) {
      const sends = Array.from({ length: 10 }, (_, n) =>
        stage.ana.client.conversation(id).send(`${round}.${n}`),
      );
      proxy.cut();
      await Promise.all(sends);
      client.connection.retry();
    }
    const all = await said(id);
    expect(all).toHaveLength(40);
    await expect.poll(() => heard.length).toBeGreaterThanOrEqual(40);
    expect(heard).toEqual(all);
    expect(room.messages.map(({ content }) => content)).toEqual(all);
    await client.close();
  });

  it('resumes from its cursor where an event is missing, and drops one that comes twice', async () => {
    const id = await open('hole');
    const tap = new Tap();
    const client = clientOf(stage.server.url, stage.ben.session, { WebSocket: tap.WebSocket });
    const room = client.conversation(id);
    const heard: string[] = [];
    room.on('message', ({ content }) => heard.push(content));
    await room.load();
    let lost = 0;
    tap.passes = ({ result }) => {
      if (result?.data?.json?.data?.type !== 'message') return 1;
      // All come twice, but for the second one, which is lost the first time.
      if (heard.length !== 1 || lost > 0) return 2;
      lost += 1;
      return 0;
    };
    for (const content of ['one', 'two', 'three', 'four'])
      await stage.ana.client.conversation(id).send(content);
    await expect.poll(() => heard.length).toBeGreaterThanOrEqual(4);
    expect(heard).toEqual(['one', 'two', 'three', 'four']);
    expect(lost).toBe(1);
    expect(tap.of('conversations.events')).toBe(2);
    expect(room.messages.map(({ content }) => content)).toEqual(heard);
    await client.close();
  });

  it('loads the newest page where the server has more than it replays', async () => {
    const id = await open('reset');
    for (const content of ['one', 'two']) await stage.ana.client.conversation(id).send(content);
    const first = clientOf(stage.server.url, stage.ben.session);
    await first.conversation(id).load();
    const kept = first.dehydrate();
    await first.close();
    // The head of a database that was restored from an older copy.
    const text = JSON.stringify(kept).replace('"cursor":2', '"cursor":900');
    expect(text).toContain('"cursor":900');
    const client = clientOf(stage.server.url, stage.ben.session, {
      hydrate: JSON.parse(text) as typeof kept,
    });
    const room = client.conversation(id);
    const resets: string[] = [];
    room.on('reset', ({ reason }) => resets.push(reason));
    await stage.ana.client.conversation(id).send('three');
    await expect.poll(() => room.messages.at(-1)?.content).toBe('three');
    expect(resets).toEqual(['unknown_position']);
    await stage.ana.client.conversation(id).send('four');
    await expect.poll(() => room.messages.map(({ content }) => content)).toEqual(await said(id));
    await client.close();
  });
});
