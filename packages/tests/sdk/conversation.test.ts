// A conversation as the SDK shows it, on a real server.
import { isParleyError } from '@parley/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { clientOf, talker, type Talker } from './testing/talkers.ts';

const kind = databases()[0]!;

describe('a conversation', () => {
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

  const open = async (subject: string) => {
    const { id } = await ana.client.inbox.create({ participantIds: [ben.id], subject });
    return { id, hers: ana.client.conversation(id), his: ben.client.conversation(id) };
  };

  it('shows two people what they write, at once to oneself', async () => {
    const { id, hers, his } = await open('talk');
    const heard: string[] = [];
    const end = his.on('message', ({ content }) => heard.push(content));
    await Promise.all([hers.load(), his.load()]);
    expect(ana.client.conversation(id)).toBe(hers);

    const sent = hers.send('Is it still for sale?');
    expect(hers.messages.map(({ content, seq }) => ({ content, seq }))).toEqual([
      { content: 'Is it still for sale?', seq: null },
    ]);
    const { key } = hers.messages[0]!;
    const message = await sent;
    expect(hers.messages.map((one) => one.key)).toEqual([key]);
    await expect.poll(() => heard).toEqual(['Is it still for sale?']);
    expect(his.messages).toMatchObject([{ id: message.id, isMine: false, delivery: null }]);

    await his.send({ content: 'Yes', replyToId: message.id });
    await expect
      .poll(() => hers.messages.map(({ content }) => content))
      .toEqual(['Is it still for sale?', 'Yes']);
    end();
  });

  it('tells who is writing, and what was delivered and read', async () => {
    const { hers, his } = await open('marks');
    const ends = [hers.subscribe(() => undefined), his.subscribe(() => undefined)];
    await Promise.all([hers.load(), his.load()]);
    his.typing();
    await expect.poll(() => hers.getSnapshot().typing.map(({ id }) => id)).toEqual([ben.id]);
    his.typing(false);
    // The server tells a change of one person at most once in two seconds.
    await expect.poll(() => hers.getSnapshot().typing).toEqual([]);

    const { seq } = await hers.send('Hello');
    await expect.poll(() => hers.messages[0]?.delivery).toBe('delivered');
    await his.read();
    await expect.poll(() => hers.messages[0]?.delivery).toBe('read');
    expect(his.participants.find(({ isMe }) => isMe)?.readSeq).toBe(seq);
    for (const end of ends) end();
  });

  it('is in the inbox of both, with what is unread', async () => {
    const { id, hers } = await open('inbox');
    const ends = [ana.client.inbox.subscribe(() => undefined), ben.client.inbox.subscribe(() => undefined)];
    await Promise.all([ana.client.inbox.load(), ben.client.inbox.load()]);
    const before = ben.client.inbox.unread;
    await hers.send('One');
    await hers.send('Two');
    const item = () => ben.client.inbox.conversations[0];
    await expect.poll(() => item()?.unreadCount).toBe(2);
    expect(item()).toMatchObject({ id, lastMessage: { content: 'Two' } });
    expect(ben.client.inbox.unread?.messages).toBe(before!.messages + 2);
    await ben.client.conversation(id).read(99);
    await expect.poll(() => item()?.unreadCount).toBe(0);
    await expect.poll(() => ana.client.inbox.conversations[0]?.lastMessage?.content).toBe('Two');
    for (const end of ends) end();
  });

  it('shows an edit, a reaction and a removal at once, and what was there before when the server refuses', async () => {
    const { hers, his } = await open('edits');
    const ends = [hers.subscribe(() => undefined), his.subscribe(() => undefined)];
    await Promise.all([hers.load(), his.load()]);
    const { id: messageId } = await hers.send('helo');
    const editing = hers.edit(messageId, 'hello');
    expect(hers.messages[0]?.content).toBe('hello');
    await editing;
    await expect.poll(() => his.messages[0]?.content).toBe('hello');
    const reacting = his.react(messageId, '👍');
    expect(his.messages[0]?.reactions).toEqual([{ emoji: '👍', userIds: [ben.id] }]);
    await reacting;
    await expect.poll(() => hers.messages[0]?.reactions).toEqual([{ emoji: '👍', userIds: [ben.id] }]);

    const refused = his.edit(messageId, 'mine');
    expect(his.messages[0]?.content).toBe('mine');
    await expect(refused).rejects.toSatisfy((error) => isParleyError(error, 'not_message_author'));
    expect(his.messages[0]?.content).toBe('hello');

    const removing = hers.remove(messageId);
    expect(hers.messages[0]).toMatchObject({ content: '', reactions: [] });
    await removing;
    await expect.poll(() => his.messages[0]?.deletedAt).not.toBeNull();
    for (const end of ends) end();
  });

  it('shows a reaction from the moment it is made, without a moment in between', async () => {
    const { hers } = await open('reaction');
    const end = hers.subscribe(() => undefined);
    await hers.load();
    const { id: messageId } = await hers.send('hello');
    await expect.poll(() => hers.messages[0]?.delivery).toBe('sent');
    const seen: number[] = [];
    const ended = hers.subscribe(() => seen.push(hers.messages[0]?.reactions.length ?? -1));
    await hers.react(messageId, '👍');
    await hers.edit(messageId, 'hello!');
    expect(seen).not.toContain(0);
    expect(seen.length).toBeGreaterThan(0);
    ended();
    end();
  });

  it('ends a loop over its events that is too far behind, and one when the client is closed', async () => {
    const { id } = await open('loop');
    const client = clientOf(server.url, ben.session);
    const room = client.conversation(id);
    const slow = room[Symbol.asyncIterator]();
    expect((await slow.next()).value).toMatchObject({ type: 'joined' });
    const told: string[] = [];
    const end = room.on('user-left', ({ username }) => told.push(username));
    for (let n = 0; told.length <= 1_000; n += 1) {
      const payload = { userId: ana.id, username: `${n}`, conversationId: id };
      server.parley.broadcastToConversation(id, 'user-left', payload);
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect(slow.next()).rejects.toThrow('Too many events wait');
    end();
    const waiting = client.inbox[Symbol.asyncIterator]();
    expect((await waiting.next()).value).toMatchObject({ type: 'connected' });
    const last = waiting.next();
    await client.close();
    expect((await last).done).toBe(true);
  });
});
