// A page that a server has rendered, taken over in the browser: what was said in between is there once.
import { createParleyClient, type Dehydrated } from '@parley/client';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { clientOf, talker, withTalkers } from './testing/talkers.ts';
import { Tap } from './testing/tapped-socket.ts';

describe('hydration', () => {
  const stage = withTalkers(['ana', 'ben']);

  /** What a server renders for someone, as the page carries it. */
  const rendered = async (id: string) => {
    const client = createParleyClient({
      url: stage.server.url,
      WebSocket,
      getAccessToken: () => stage.ben.session.accessToken,
    });
    await Promise.all([client.conversation(id).load(), client.inbox.load()]);
    const text = JSON.stringify(client.dehydrate());
    await client.close();
    return JSON.parse(text) as Dehydrated;
  };

  it('shows at once what was rendered, and goes on from there', async () => {
    const { id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject: 'page' });
    const hers = stage.ana.client.conversation(id);
    await hers.send('before');
    const page = await rendered(id);
    await hers.send('between');

    const tap = new Tap();
    const client = clientOf(stage.server.url, stage.ben.session, { hydrate: page, WebSocket: tap.WebSocket });
    const room = client.conversation(id);
    expect(room.getSnapshot()).toMatchObject({
      status: 'ready',
      messages: [{ content: 'before', isMine: false }],
    });
    expect(client.inbox.getSnapshot()).toMatchObject({
      status: 'ready',
      conversations: [{ id, lastMessage: { content: 'before' }, unreadCount: 1 }],
    });
    const heard: string[] = [];
    const ends = [room.on('message', ({ content }) => heard.push(content)), client.inbox.subscribe(() => {})];
    await hers.send('after');
    await expect.poll(() => heard).toEqual(['between', 'after']);
    expect(room.messages.map(({ content }) => content)).toEqual(['before', 'between', 'after']);
    await expect.poll(() => client.inbox.conversations[0]?.unreadCount).toBe(3);
    expect(tap.of('conversations.open')).toBe(0);
    for (const end of ends) end();
    await client.close();
  });

  it('shows nothing of one person to another', async () => {
    const { id } = await stage.ana.client.inbox.create({
      participantIds: [stage.ben.id],
      subject: 'private',
    });
    await stage.ana.client.conversation(id).send('for two');
    const page = await rendered(id);
    await using eve = await talker(stage.server, 'eve', { hydrate: page });
    expect(eve.client.inbox.getSnapshot()).toMatchObject({ status: 'loading', conversations: [] });
    expect(eve.client.conversation(id).getSnapshot()).toMatchObject({ messages: [], conversation: null });

    // With tokens of the application's own, the server tells who it is.
    const client = createParleyClient({
      url: stage.server.url,
      WebSocket,
      getAccessToken: () => eve.session.accessToken,
      hydrate: page,
    });
    const end = client.inbox.subscribe(() => undefined);
    await expect.poll(() => client.conversation(id).messages).toEqual([]);
    await expect.poll(() => client.inbox.getSnapshot()).toMatchObject({ status: 'ready', conversations: [] });
    end();
    await client.close();
  });

  it('keeps fifty rooms that nobody watches, those that were asked for last', async () => {
    const { conversation, inbox, dehydrate, close } = clientOf(stage.server.url, stage.ana.session);
    const ids: string[] = [];
    for (let n = 0; n < 52; n += 1) {
      const { id } = await inbox.create({ participantIds: [stage.ben.id], subject: `kept ${n}` });
      await conversation(id).send(`${n}`);
      await conversation(id).load();
      ids.push(id);
    }
    const client = clientOf(stage.server.url, stage.ana.session, { hydrate: dehydrate() });
    const rooms = ids.map((id) => client.conversation(id));
    expect(rooms.map(({ messages }) => messages.length)).toEqual([0, 0, ...Array<number>(50).fill(1)]);
    expect((await rooms[0]!.load()).messages).toHaveLength(1);
    await client.close();
    await close();
  });
});
