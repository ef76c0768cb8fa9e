import { expect, it } from 'vitest';

import { createConversation, getConversation, listConversations } from '../conversations/conversations.ts';
import { addMembers } from '../conversations/members.ts';
import { toMessage, WITH_REACTIONS } from '../conversations/message-row.ts';
import { createOffer } from '../offers/offers.ts';
import { markRead } from '../receipts/receipts.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { deleteMessage, editMessage } from './changes.ts';
import { listMessages, sendMessage } from './messages.ts';
import { react } from './reactions.ts';
import { messagesById } from './store.ts';

describeStage('messages', (stage, database) => {
  async function talk() {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const { id } = await createConversation(stage.services, ana, { participantIds: [ben.id] });
    const say = (who: typeof ana, content: string, clientId?: string) =>
      sendMessage(stage.services, who, { conversationId: id, content, attachments: [], clientId });
    return { ana, ben, id, say };
  }

  it('reach everyone in the room, and the inbox of the others', async () => {
    const { ana, ben, id, say } = await talk();
    const room = stage.room(ben, id);
    const [inbox, own] = [stage.inbox(ben), stage.inbox(ana)];
    await room.next('joined');
    await inbox.next('connected');
    await own.next('connected');
    const { message } = await say(ana, 'hello');
    const { editedAt: _edited, deletedAt: _deleted, reactions: _reactions, ...posted } = message;
    expect(await room.next('message')).toEqual({ id: '1', event: { type: 'message', payload: posted } });
    expect((await inbox.next('new-message')).event.payload).toMatchObject({
      conversationId: id,
      seq: 1,
      unreadCount: 1,
    });
    await say(ben, 'hi');
    await own.next('new-message');
    expect(own.types().filter((type) => type === 'new-message')).toHaveLength(1);
  });

  it('come once, in order and with no hole when many are sent at once', async () => {
    const { ana, ben, id, say } = await talk();
    const room = stage.room(ben, id);
    await room.next('joined');
    await Promise.all(Array.from({ length: 40 }, (_, index) => say(index % 2 === 0 ? ana : ben, `${index}`)));
    await expect.poll(() => room.seen.filter(({ event }) => event.type === 'message').length).toBe(40);
    const ids = room.seen.filter(({ event }) => event.type === 'message').map((seen) => seen.id);
    expect(ids).toEqual(Array.from({ length: 40 }, (_, index) => String(index + 1)));
  });

  it('are replayed after the last id, equal to what was sent live', async () => {
    const { ana, ben, id, say } = await talk();
    const live = stage.room(ben, id);
    const liveInbox = stage.inbox(ben, '0');
    await live.next('joined');
    for (const text of ['one', 'two', 'three']) await say(ana, text);
    await expect.poll(() => live.seen.filter(({ event }) => event.type === 'message').length).toBe(3);
    await expect.poll(() => liveInbox.types().filter((type) => type === 'new-message').length).toBe(3);
    await Promise.all([live.stop(), liveInbox.stop()]);

    const replayed = stage.room(ben, id, '1');
    await expect.poll(() => replayed.seen.length).toBe(3);
    expect(replayed.seen[0]).toMatchObject({
      id: '1',
      event: { type: 'joined', payload: { resumed: true, headSeq: 3 } },
    });
    expect(replayed.seen.slice(1)).toEqual(
      live.seen.filter(({ event }) => event.type === 'message').slice(1),
    );
    const inbox = stage.inbox(ben, '0');
    await expect.poll(() => inbox.seen.length).toBe(liveInbox.seen.length);
    expect(inbox.seen.slice(1)).toEqual(liveInbox.seen.slice(1));
  });

  it('are the same one when sent again with the same clientId, also at once', async () => {
    const { ana, ben, id, say } = await talk();
    const sent = await Promise.all(Array.from({ length: 5 }, () => say(ana, 'once', 'retry-1')));
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    const { items } = await listMessages(stage.services, ben, {
      conversationId: id,
      limit: 10,
      direction: 'older',
    });
    expect(items).toHaveLength(1);
    expect((await getConversation(stage.services, ana, { conversationId: id })).headSeq).toBe(1);
  });

  it('are the same one for a clientId used in another talk, for as long as one is in it', async () => {
    const { ana, ben, id, say } = await talk();
    const { message } = await say(ana, 'once', 'retry-1');
    const other = await createConversation(stage.services, ana, {
      participantIds: [ben.id],
      subject: 'other',
    });
    const retry = () =>
      sendMessage(stage.services, ana, {
        conversationId: other.id,
        content: 'once',
        attachments: [],
        clientId: 'retry-1',
      });
    expect((await retry()).message).toEqual(message);
    const ofAna = { conversationId_userId: { conversationId: id, userId: ana.id } };
    await database.prisma.participant.delete({ where: ofAna });
    await expect(retry()).rejects.toMatchObject({ reason: 'not_a_participant' });
  });

  it('are listed newest first, in pages that stay valid while more arrive', async () => {
    const { ana, id, say } = await talk();
    for (let index = 1; index <= 5; index += 1) await say(ana, `${index}`);
    const list = (cursor: string | undefined, direction: 'older' | 'newer') =>
      listMessages(stage.services, ana, { conversationId: id, cursor, limit: 2, direction });
    const first = await list(undefined, 'older');
    await say(ana, '6');
    const second = await list(first.nextCursor ?? '', 'older');
    const third = await list(second.nextCursor ?? '', 'older');
    expect([first, second, third].map((page) => page.items.map((item) => item.content))).toEqual([
      ['5', '4'],
      ['3', '2'],
      ['1'],
    ]);
    expect(third.nextCursor).toBeNull();
    const oldest = await list(undefined, 'newer');
    const next = await list(oldest.nextCursor ?? '', 'newer');
    expect([oldest, next].map((page) => page.items.map((item) => item.content))).toEqual([
      ['2', '1'],
      ['4', '3'],
    ]);
    await expect(list('bm90IG9uZQ', 'older')).rejects.toMatchObject({ reason: 'invalid_cursor' });
  });

  it('are listed, and found by their ids, as Prisma reads their rows', async () => {
    const { ana, ben, id, say } = await talk();
    const { services } = stage;
    const { message } = await say(ana, 'Hello \\ "Ben" 😀\n', 'one');
    const answer = {
      conversationId: id,
      content: 'Hello',
      attachments: ['a', 'b, "c"'],
      replyToId: message.id,
    };
    const sent = [message, (await sendMessage(services, ben, answer)).message, (await say(ana, 'b')).message];
    for (const { id: messageId } of sent)
      for (const emoji of ['🎉', '👍']) await react(services, ben, { messageId, emoji, on: true });
    await react(services, ana, { messageId: message.id, emoji: '👍', on: true });
    await editMessage(services, ana, { messageId: message.id, content: 'Good day' });
    await deleteMessage(services, ana, { messageId: sent[2]?.id ?? '' });
    await database.prisma.$executeRaw`UPDATE "Message" SET attachments = NULL WHERE id = ${message.id}`;

    const { items } = await listMessages(services, ben, { conversationId: id, limit: 9, direction: 'newer' });
    const found = await messagesById(services.db, [...sent.map((one) => one.id), 'another']);
    const rows = await database.prisma.message.findMany({
      where: { conversationId: id },
      orderBy: { seq: 'desc' },
      include: WITH_REACTIONS,
    });
    expect(items).toEqual(rows.map(toMessage));
    expect(found).toEqual(new Map(rows.map((row) => [row.id, toMessage(row)])));
  });

  it('are listed around one of them, itself in both pages', async () => {
    const { ana, ben, id, say } = await talk();
    const sent = [];
    for (let index = 1; index <= 6; index += 1) sent.push((await say(ana, `${index}`)).message);
    type Place = { fromId?: string; fromSeq?: number };
    const list = async (direction: 'older' | 'newer', place: Place, cursor?: string) => {
      const input = { conversationId: id, limit: 2, direction, ...place, ...(cursor && { cursor }) };
      const { items, nextCursor } = await listMessages(stage.services, ben, input);
      return { shown: items.map((item) => item.content), cursor: nextCursor ?? undefined };
    };
    for (const place of [{ fromId: sent[3]?.id ?? '' }, { fromSeq: 4 }]) {
      const [older, newer] = [await list('older', place), await list('newer', place)];
      expect([older.shown, newer.shown]).toEqual([
        ['4', '3'],
        ['5', '4'],
      ]);
      expect((await list('older', {}, older.cursor)).shown).toEqual(['2', '1']);
      expect((await list('newer', {}, newer.cursor)).shown).toEqual(['6']);
    }
    expect((await list('newer', { fromSeq: 0 })).shown).toEqual(['2', '1']);
    expect((await list('older', { fromSeq: 0 })).shown).toEqual([]);
    expect((await list('older', { fromSeq: Number.MAX_SAFE_INTEGER })).shown).toEqual(['6', '5']);
    expect((await list('newer', { fromSeq: Number.MAX_SAFE_INTEGER })).shown).toEqual([]);
  });

  it('are listed from the next one where the seq is of something else', async () => {
    const { ana, ben, id, say } = await talk();
    await say(ana, 'before');
    const terms = { conversationId: id, title: 'Bike', terms: 'As seen' };
    await createOffer(stage.services, ana, terms);
    await say(ana, 'after');
    const list = async (direction: 'older' | 'newer') =>
      (await listMessages(stage.services, ben, { conversationId: id, limit: 1, direction, fromSeq: 2 }))
        .items;
    expect((await list('older')).map((item) => item.content)).toEqual(['before']);
    expect((await list('newer')).map((item) => item.content)).toEqual(['after']);
  });

  it('are not listed from one that the caller may not see, and no further back than one may see', async () => {
    const [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    const { services } = stage;
    const group = { participantIds: [ben.id], title: 'Trip' };
    const { id } = await createConversation(services, ana, group);
    const say = async (conversationId: string, content: string) =>
      (await sendMessage(services, ana, { conversationId, content, attachments: [] })).message;
    const before = await say(id, 'before');
    await addMembers(services, ana, { conversationId: id, userIds: [cem.id] });
    await say(id, 'after');
    const other = await createConversation(services, ana, { participantIds: [cem.id] });
    const elsewhere = await say(other.id, 'elsewhere');
    const list = (direction: 'older' | 'newer', place: { fromId?: string; fromSeq?: number }) =>
      listMessages(services, cem, { conversationId: id, limit: 10, direction, ...place });
    for (const fromId of [before.id, elsewhere.id, 'nobody']) {
      await expect(list('newer', { fromId })).rejects.toMatchObject({ reason: 'message_not_found' });
      await expect(list('older', { fromId })).rejects.toMatchObject({ reason: 'message_not_found' });
    }
    expect((await list('newer', { fromSeq: 1 })).items.map((item) => item.content)).toEqual(['after']);
    expect((await list('older', { fromSeq: 1 })).items).toEqual([]);
  });

  it('count as unread for the others until they read, forward only', async () => {
    const { ana, ben, id, say } = await talk();
    const room = stage.room(ana, id);
    const devices = stage.inbox(ben);
    await room.next('joined');
    await devices.next('connected');
    for (let index = 1; index <= 3; index += 1) await say(ana, `${index}`);
    await say(ben, 'mine');
    const unread = async () =>
      (await listConversations(stage.services, ben, { limit: 10 })).items[0]?.unreadCount;
    expect(await unread()).toBe(3);
    await markRead(stage.services, ben, { conversationId: id, upToSeq: 2 });
    expect(await unread()).toBe(1);
    expect((await room.next('read')).event.payload).toMatchObject({
      userId: ben.id,
      conversationId: id,
      seq: 2,
    });
    expect((await devices.next('read')).event.payload).toMatchObject({ seq: 2, unreadCount: 1 });
    await markRead(stage.services, ben, { conversationId: id, upToSeq: 1 });
    expect(await unread()).toBe(1);
    const { readAt } = await markRead(stage.services, ben, { conversationId: id, upToSeq: 99 });
    expect(await unread()).toBe(0);
    const me = (await getConversation(stage.services, ana, { conversationId: id })).participants.find(
      (one) => one.user.id === ben.id,
    );
    expect(me).toMatchObject({ readSeq: 4, readAt });
    await expect.poll(() => room.types().filter((type) => type === 'read')).toHaveLength(2);
  });

  it('are refused from outside, and to a reply of another conversation', async () => {
    const { ana, ben, id, say } = await talk();
    const eve = await stage.person('eve');
    await expect(say(eve, 'x')).rejects.toMatchObject({ reason: 'not_a_participant', code: 'NOT_FOUND' });
    const other = await createConversation(stage.services, ana, {
      participantIds: [ben.id],
      subject: 'other',
    });
    const { message } = await sendMessage(stage.services, ana, {
      conversationId: other.id,
      content: 'there',
      attachments: [],
    });
    await expect(
      sendMessage(stage.services, ana, {
        conversationId: id,
        content: 'x',
        attachments: [],
        replyToId: message.id,
      }),
    ).rejects.toMatchObject({ reason: 'message_not_found' });
    expect((await getConversation(stage.services, ana, { conversationId: id })).headSeq).toBe(0);
  });

  it('tell a reader that is too far behind, or ahead of the log, to reset', async () => {
    const { ana, ben, id, say } = await talk();
    await say(ana, 'one');
    const ahead = stage.room(ben, id, '7');
    expect(await ahead.next('reset')).toEqual({
      id: '1',
      event: { type: 'reset', payload: { reason: 'unknown_position', headSeq: 1 } },
    });
    const behind = 1_001;
    const rows = Array.from({ length: behind }, (_, index) => index + 2);
    const first = await database.prisma.message.findFirstOrThrow();
    await database.prisma.message.createMany({
      data: rows.map((seq) => ({ ...first, id: `m${seq}`, seq: BigInt(seq) })),
    });
    await database.prisma.logEntry.createMany({
      data: rows.map((seq) => ({
        topic: `c:${id}`,
        seq,
        type: 'message',
        refs: { messageId: `m${seq}` },
        at: new Date(),
      })),
    });
    await database.prisma.topic.update({ where: { id: `c:${id}` }, data: { head: rows.length + 1 } });
    await stage.services.hub.checkHeads();
    const edge = stage.room(ben, id, '2');
    await expect.poll(() => edge.seen.length).toBe(1 + 1_000);
    expect(edge.seen.at(-1)?.id).toBe('1002');
    const late = stage.room(ben, id, '1');
    expect((await late.next('reset')).event.payload).toEqual({ reason: 'too_far_behind', headSeq: 1_002 });
    expect(late.types()).toEqual(['joined', 'reset']);
    await say(ana, 'after');
    expect(await late.next('message')).toMatchObject({ id: '1003' });
  });
});
