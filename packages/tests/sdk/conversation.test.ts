// A conversation as the SDK shows it, on a real server.
import { isParleyError } from '@parley/client';
import { describe, expect, it } from 'vitest';

import { clientOf, withTalkers } from './testing/talkers.ts';

describe('a conversation', () => {
  const stage = withTalkers(['ana', 'ben']);

  const open = async (subject: string) => {
    const { id } = await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject });
    return { id, hers: stage.ana.client.conversation(id), his: stage.ben.client.conversation(id) };
  };

  it('shows two people what they write, at once to oneself', async () => {
    const { id, hers, his } = await open('talk');
    const heard: string[] = [];
    const end = his.on('message', ({ content }) => heard.push(content));
    await Promise.all([hers.load(), his.load()]);
    expect(stage.ana.client.conversation(id)).toBe(hers);

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
    await expect.poll(() => hers.getSnapshot().typing.map(({ id }) => id)).toEqual([stage.ben.id]);
    his.typing(false);
    // The server tells a change of one person at most once in two seconds.
    await expect.poll(() => hers.getSnapshot().typing).toEqual([]);

    const { seq } = await hers.send('Hello');
    await expect.poll(() => hers.messages[0]?.delivery).toBe('delivered');
    await his.read();
    await expect.poll(() => hers.messages[0]?.delivery).toBe('read');
    await expect.poll(() => his.participants.find(({ isMe }) => isMe)?.readSeq).toBe(seq);
    for (const end of ends) end();
  });

  it('is in the inbox of both, with what is unread', async () => {
    const { id, hers } = await open('inbox');
    const ends = [
      stage.ana.client.inbox.subscribe(() => undefined),
      stage.ben.client.inbox.subscribe(() => undefined),
    ];
    await Promise.all([stage.ana.client.inbox.load(), stage.ben.client.inbox.load()]);
    const before = stage.ben.client.inbox.unread;
    await hers.send('One');
    await hers.send('Two');
    const item = () => stage.ben.client.inbox.conversations[0];
    await expect.poll(() => item()?.unreadCount).toBe(2);
    expect(item()).toMatchObject({ id, lastMessage: { content: 'Two' } });
    expect(stage.ben.client.inbox.unread?.messages).toBe(before!.messages + 2);
    await stage.ben.client.conversation(id).read(99);
    await expect.poll(() => item()?.unreadCount).toBe(0);
    await expect.poll(() => stage.ana.client.inbox.conversations[0]?.lastMessage?.content).toBe('Two');
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
    expect(his.messages[0]?.reactions).toEqual([{ emoji: '👍', userIds: [stage.ben.id] }]);
    await reacting;
    await expect.poll(() => hers.messages[0]?.reactions).toEqual([{ emoji: '👍', userIds: [stage.ben.id] }]);

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
    const client = clientOf(stage.server.url, stage.ben.session);
    const room = client.conversation(id);
    const slow = room[Symbol.asyncIterator]();
    expect((await slow.next()).value).toMatchObject({ type: 'joined' });
    const told: string[] = [];
    const end = room.on('user-left', ({ username }) => told.push(username));
    for (let n = 0; told.length <= 1_000; n += 1) {
      const payload = { userId: stage.ana.id, username: `${n}`, conversationId: id };
      stage.server.parley.broadcastToConversation(id, 'user-left', payload);
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (let n = 0; n < 1_000; n += 1)
      expect((await slow.next()).value).toMatchObject({ payload: { username: told[n] } });
    await expect(slow.next()).rejects.toThrow('Too many events wait');
    end();
    const waiting = client.inbox[Symbol.asyncIterator]();
    expect((await waiting.next()).value).toMatchObject({ type: 'connected' });
    const last = waiting.next();
    await client.close();
    expect((await last).done).toBe(true);
  });
});
