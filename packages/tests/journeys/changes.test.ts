// Messages that change after they were sent: as two people with stock clients see it, live and after having been away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import type { Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

describe.each(databases())('a message on $kind', (kind) => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    server = await startServer(kind);
    ana = await server.person('ana');
    ben = await server.person('ben');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = async (subject: string) =>
    (await ana.client.conversations.create.mutate({ participantIds: [ben.id], subject })).id;

  it('is edited, reacted to, delivered and deleted before everyone’s eyes', async () => {
    const conversationId = await open('live');
    const [room, inbox, own] = [
      watchRoom(ben.client, conversationId),
      watchInbox(ben.client),
      watchInbox(ana.client),
    ];
    await room.next('joined');
    await Promise.all([inbox.next('connected'), own.next('connected')]);
    const { message } = await ana.client.messages.send.mutate({ conversationId, content: 'helo' });
    const { id: messageId, seq } = message;

    await ben.client.receipts.delivered.mutate({ conversationId, upToSeq: seq });
    expect(await room.next('delivered')).toMatchObject({ userId: ben.id, conversationId, seq });

    const { message: edited } = await ana.client.messages.edit.mutate({ messageId, content: 'hello' });
    const change = { id: messageId, seq, conversationId, userId: ana.id };
    const edit = { ...change, content: 'hello', editedAt: edited.editedAt };
    for (const watch of [inbox, own]) expect(await watch.next('message-edited')).toEqual(edit);
    expect(await room.next('message-edited')).toEqual(edit);

    await ben.client.messages.react.mutate({ messageId, emoji: '👍', on: true });
    const reaction = await room.next('reaction');
    expect(reaction).toEqual({
      messageId,
      conversationId,
      userId: ben.id,
      emoji: '👍',
      on: true,
      reactedAt: reaction.reactedAt,
    });
    expect(reaction.reactedAt).toBeInstanceOf(Date);
    const { items } = await ben.client.messages.list.query({ conversationId });
    expect(items).toEqual([{ ...edited, reactions: [{ emoji: '👍', userIds: [ben.id] }] }]);

    const { message: deleted } = await ana.client.messages.delete.mutate({ messageId });
    const { deletedAt } = deleted;
    const deletion = { ...change, deletedBy: ana.id, deletedAt };
    for (const watch of [inbox, own]) expect(await watch.next('message-deleted')).toEqual(deletion);
    expect(await room.next('message-deleted')).toEqual(deletion);
    expect(deleted).toEqual({ ...edited, content: '', attachments: [], reactions: [], deletedAt });
    const durable = room.delivered.filter(({ data }) => !EPHEMERAL.has(data.type));
    expect(durable.map(({ id, data }) => [id, data.type])).toEqual([
      ['1', 'message'],
      ['2', 'message-edited'],
      ['3', 'reaction'],
      ['4', 'message-deleted'],
    ]);
    for (const watch of [room, inbox, own]) watch.unsubscribe();
  });

  it('that was deleted meanwhile shows nobody its text, and everything else is resumed once and in order', async () => {
    const conversationId = await open('away');
    const [hers, his] = [watchRoom(ana.client, conversationId), watchInbox(ben.client)];
    await hers.next('joined');
    await his.next('connected');
    const send = (content: string) => ana.http.messages.send.mutate({ conversationId, content });
    const { message: first } = await send('first');
    await his.next('new-message');
    const inboxId = his.delivered.at(-1)?.id;
    his.unsubscribe();

    const { message: secret } = await send('swordfish');
    await ana.http.messages.edit.mutate({ messageId: secret.id, content: 'swordfish again' });
    await ben.http.messages.react.mutate({ messageId: secret.id, emoji: '🐟', on: true });
    await ana.http.messages.edit.mutate({ messageId: first.id, content: 'first, mended' });
    await ana.http.messages.delete.mutate({ messageId: secret.id });
    await send('last');

    // Hers keeps the room and its ring in memory.
    await hers.next('message', 3);
    const [room, inbox] = [watchRoom(ben.client, conversationId, '1'), watchInbox(ben.client, inboxId)];
    await room.next('message', 2);
    await inbox.next('new-message', 2);
    const types = room.delivered.filter(({ data }) => !EPHEMERAL.has(data.type));
    expect(types.map(({ id, data }) => [id, data.type])).toEqual([
      ['2', 'message'],
      ['3', 'message-edited'],
      ['4', 'reaction'],
      ['5', 'message-edited'],
      ['6', 'message-deleted'],
      ['7', 'message'],
    ]);
    expect(inbox.delivered.map(({ data }) => data.type)).toEqual([
      'connected',
      'new-message',
      'message-edited',
      'message-edited',
      'message-deleted',
      'new-message',
    ]);
    for (const watch of [room, inbox]) expect(JSON.stringify(watch.delivered)).not.toContain('swordfish');
    expect(room.of('message').map(({ content }) => content)).toEqual(['', 'last']);
    expect(room.of('message-edited').map(({ content }) => content)).toEqual(['', 'first, mended']);
    for (const watch of [hers, room, inbox]) watch.unsubscribe();
  });

  it('is followed over many cuts through whatever becomes of it', async () => {
    const conversationId = await open('cuts');
    const room = watchRoom(ben.client, conversationId);
    await room.next('joined');
    for (let round = 0; round < 10; round += 1) {
      const { message } = await ana.http.messages.send.mutate({ conversationId, content: `${round}` });
      await ana.http.messages.edit.mutate({ messageId: message.id, content: `${round} again` });
      await ben.http.messages.react.mutate({ messageId: message.id, emoji: '👍', on: true });
      if (round % 3 === 0) ben.cut();
      if (round % 2 === 0) await ana.http.messages.delete.mutate({ messageId: message.id });
    }
    await room.next('message-deleted', 5);
    await room.next('reaction', 10);
    const durable = room.delivered.filter(({ data }) => !EPHEMERAL.has(data.type));
    expect(durable.map(({ id }) => Number(id))).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
    room.unsubscribe();
  });
});

const EPHEMERAL = new Set<string>(['joined', 'presence', 'user-joined', 'user-left', 'delivered', 'read']);
