import { expect, it, onTestFinished } from 'vitest';

import type { Log } from '../../core/log.ts';
import { roomTopic, inboxTopic } from '../../core/topics.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { Hub } from '../../realtime/hub.ts';
import { createConversation, getConversation, listConversations } from '../conversations/conversations.ts';
import type { Watch } from '../testing/stage.ts';
import { describeTalk } from './testing/describe-talk.ts';

const durable = (watch: Watch) => watch.seen.filter(({ event }) => !EPHEMERAL.has(event.type));
const EPHEMERAL = new Set([
  'joined',
  'connected',
  'presence',
  'user-joined',
  'user-left',
  'conversation-added',
]);

/** The tables in which a text can be found, in any column. */
async function tablesWith(db: PrismaClient, text: string): Promise<string[]> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`;
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await db.$queryRawUnsafe<{ count: bigint }[]>(
      `SELECT count(*) FROM "${name}" t WHERE strpos(t::text, $1) > 0`,
      text,
    );
    if (row !== undefined && row.count > 0n) found.push(name);
  }
  return found;
}

describeTalk('an edit', (talking) => {
  it('is told in the room, and in the inbox of everyone who may see the message', async () => {
    const { stage, ana, ben, cem, group, say, edit, db } = talking;
    const { message } = await say(ana, 'helo');
    const ofCem = { conversationId_userId: { conversationId: group, userId: cem.id } };
    await db.participant.update({ where: ofCem, data: { joinedSeq: message.seq } });
    const room = stage.room(ben, group, '1');
    const inboxes = [ana, ben, cem].map((who) => stage.inbox(who));
    await room.next('joined');
    for (const inbox of inboxes) await inbox.next('connected');

    const { message: edited } = await edit(ana, message.id, 'hello');
    expect(edited).toEqual({ ...message, content: 'hello', editedAt: edited.editedAt });
    expect(edited.editedAt).toBeInstanceOf(Date);
    const { id, seq, conversationId, userId, content, editedAt } = edited;
    const event = {
      type: 'message-edited',
      payload: { id, seq, conversationId, userId, content, editedAt },
    };
    expect(await room.next('message-edited')).toEqual({ id: '2', event });
    for (const inbox of inboxes.slice(0, 2))
      expect((await inbox.next('message-edited')).event).toEqual(event);
    await say(ana, 'a mark');
    await inboxes[2]?.next('new-message');
    expect(inboxes[2]?.types()).not.toContain('message-edited');
  });

  it('that changes nothing is told to nobody', async () => {
    const { ana, group, say, edit, stage } = talking;
    const { message } = await say(ana, 'hello');
    expect((await edit(ana, message.id, 'hello')).message).toEqual(message);
    expect((await getConversation(stage.services, ana, { conversationId: group })).headSeq).toBe(1);
  });

  it('does not bring a talk to the top, nor count as unread', async () => {
    const { ana, ben, group, say, edit, react, remove, stage } = talking;
    const { message } = await say(ana, 'hello');
    const shown = async () => {
      const { items } = await listConversations(stage.services, ben, { limit: 1 });
      return items.map(({ id, activityAt, unreadCount }) => ({ id, activityAt, unreadCount }));
    };
    const before = await shown();
    await edit(ana, message.id, 'hello again');
    await react(ben, message.id, '👍');
    await remove(ana, message.id);
    expect(await shown()).toEqual(before);
    expect((await getConversation(stage.services, ana, { conversationId: group })).headSeq).toBe(4);
  });

  it('is the author’s alone, of a message that they may see', async () => {
    const { ana, ben, eve, say, edit, remove, react, db, group } = talking;
    const { message } = await say(ben, 'hello');
    await expect(edit(ana, message.id, 'x')).rejects.toMatchObject({ reason: 'not_message_author' });
    const notFound = { reason: 'message_not_found', code: 'NOT_FOUND' };
    const tries = [edit, remove, (who: typeof eve, id: string) => react(who, id, '👍')];
    for (const attempt of tries) {
      await expect(attempt(eve, message.id, 'x')).rejects.toMatchObject(notFound);
      await expect(attempt(eve, 'no-such-id', 'x')).rejects.toMatchObject(notFound);
    }
    const ofBen = { conversationId_userId: { conversationId: group, userId: ben.id } };
    await db.participant.update({ where: ofBen, data: { joinedSeq: message.seq } });
    for (const attempt of tries) {
      await expect(attempt(ben, message.id, 'x')).rejects.toMatchObject(notFound);
    }
  });

  it('leaves a message without content only where it has attachments', async () => {
    const { ana, say, edit } = talking;
    const { message } = await say(ana, 'hello');
    await expect(edit(ana, message.id, '')).rejects.toMatchObject({ reason: 'invalid_input' });
    const picture = await say(ana, 'look', { attachments: ['https://parley.test/a.png'] });
    expect((await edit(ana, picture.message.id, '')).message).toMatchObject({
      content: '',
      attachments: ['https://parley.test/a.png'],
    });
  });
});

describeTalk('a deletion', (talking) => {
  it('keeps the place of a message without content, attachments and reactions, and is told once', async () => {
    const { stage, ana, ben, group, say, remove, react, list } = talking;
    const { message } = await say(ana, 'hello', { attachments: ['https://parley.test/a.png'] });
    const { message: reply } = await say(ben, 'hi', { replyToId: message.id });
    await react(ben, message.id, '👍');
    const [room, inbox, own] = [stage.room(ben, group), stage.inbox(ben), stage.inbox(ana)];
    for (const watch of [inbox, own]) await watch.next('connected');
    await room.next('joined');

    const { message: deleted } = await remove(ana, message.id);
    const { deletedAt } = deleted;
    expect(deletedAt).toBeInstanceOf(Date);
    expect(deleted).toEqual({ ...message, content: '', attachments: [], reactions: [], deletedAt });
    expect(await remove(ana, message.id)).toEqual({ success: true, message: deleted });
    expect(await list(ben)).toEqual([reply, deleted]);
    const { id, seq, conversationId, userId } = message;
    const event = {
      type: 'message-deleted',
      payload: { id, seq, conversationId, userId, deletedBy: ana.id, deletedAt },
    };
    expect(await room.next('message-deleted')).toEqual({ id: '4', event });
    for (const watch of [inbox, own]) expect((await watch.next('message-deleted')).event).toEqual(event);
    await say(ana, 'a mark');
    await room.next('message');
    expect(durable(room).map((seen) => seen.id)).toEqual(['4', '5']);
  });

  it('leaves the text nowhere: not in a table, the log, a ring or a replay', async () => {
    const { stage, ana, ben, group, say, edit, remove, db } = talking;
    const [first, second] = ['swordfish-one', 'swordfish-two'];
    const { message } = await say(ana, first, { attachments: [`https://parley.test/${first}`] });
    // These hold the topics, and so their rings, in memory.
    const [room, inbox] = [stage.room(ben, group), stage.inbox(ben)];
    await Promise.all([room.next('joined'), inbox.next('connected')]);
    await edit(ana, message.id, second);
    await inbox.next('message-edited');
    expect(await tablesWith(db, 'swordfish')).toEqual(['Message']);
    await remove(ana, message.id);
    await Promise.all([room.next('message-deleted'), inbox.next('message-deleted')]);

    expect(await tablesWith(db, 'swordfish')).toEqual([]);
    for (const topic of [roomTopic(group), inboxTopic(ben.id), inboxTopic(ana.id)]) {
      expect(JSON.stringify(await stage.services.eventLog.read(topic, 0, 200))).not.toContain('swordfish');
    }
    const resumed = [stage.room(ben, group, '0'), stage.room(ben, group, '1'), stage.inbox(ben, '0')];
    for (const watch of resumed) {
      await watch.next('message-deleted');
      expect(JSON.stringify(watch.seen)).not.toContain('swordfish');
      expect(watch.seen.find(({ event }) => event.type === 'message-edited')?.event.payload).toMatchObject({
        content: '',
      });
    }
    expect(durable(resumed[0] as Watch).map(({ event }) => event.type)).toEqual([
      'message',
      'message-edited',
      'message-deleted',
    ]);
  });

  it('is not undone by a read of the log that began before it', async () => {
    const { stage, ana, ben, cem, group, say, remove } = talking;
    const { message } = await say(ana, 'swordfish');
    const { eventLog } = stage.services;
    let reads = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    onTestFinished(release);
    const slow: Log = {
      ...eventLog,
      async read(...place) {
        const events = await eventLog.read(...place);
        reads += 1;
        if (reads === 1) await held;
        return events;
      },
    };
    using hub = new Hub({ ...stage.services, eventLog: slow });
    Object.assign(stage.services, { hub });
    const early = stage.room(ben, group, '0');
    await expect.poll(() => reads).toBe(1);
    await remove(ana, message.id);
    const late = stage.room(cem, group, '0');
    await late.next('message-deleted');
    release();
    await early.next('message-deleted');
    expect(JSON.stringify(late.seen)).not.toContain('swordfish');
    for (const watch of [early, late]) await watch.stop();
  });

  it('is the author’s, or a group’s owner’s or admin’s', async () => {
    const { stage, ana, ben, cem, say, remove, db, group } = talking;
    const sent = await Promise.all(['1', '2', '3'].map((text) => say(ben, text)));
    const [one = '', two = '', three = ''] = sent.map(({ message }) => message.id);
    await expect(remove(cem, one)).rejects.toMatchObject({ reason: 'not_message_author', code: 'FORBIDDEN' });
    const ofCem = { conversationId_userId: { conversationId: group, userId: cem.id } };
    await db.participant.update({ where: ofCem, data: { role: 'admin' } });
    await remove(cem, one);
    await remove(ana, two);
    await remove(ben, three);
    const { id: conversationId } = await createConversation(stage.services, ana, {
      participantIds: [ben.id],
    });
    const { message } = await say(ben, 'between two', { conversationId });
    await expect(remove(ana, message.id)).rejects.toMatchObject({ reason: 'not_message_author' });
  });

  it('refuses what would bring something back', async () => {
    const { ana, ben, say, edit, react, remove } = talking;
    const { message } = await say(ana, 'hello');
    await react(ben, message.id, '👍');
    await remove(ana, message.id);
    const deleted = { reason: 'message_deleted', code: 'CONFLICT' };
    await expect(edit(ana, message.id, 'again')).rejects.toMatchObject(deleted);
    await expect(react(ben, message.id, '👍')).rejects.toMatchObject(deleted);
    await expect(react(ben, message.id, '👍', false)).rejects.toMatchObject(deleted);
  });

  it('is kept when the message is sent again with its clientId', async () => {
    const { ana, say, remove, list } = talking;
    const { message } = await say(ana, 'once', { clientId: 'retry' });
    const { message: deleted } = await remove(ana, message.id);
    expect((await say(ana, 'once', { clientId: 'retry' })).message).toEqual(deleted);
    expect(await list(ana)).toEqual([deleted]);
  });

  it('wins or loses against an edit at the same time, and leaves no text either way', async () => {
    const { ana, say, edit, remove, list } = talking;
    for (let round = 0; round < 10; round += 1) {
      const { message } = await say(ana, 'hello');
      const results = await Promise.allSettled([edit(ana, message.id, 'changed'), remove(ana, message.id)]);
      const lost = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as { reason: string }] : [],
      );
      expect(lost.map(({ reason }) => reason)).toEqual(lost.map(() => 'message_deleted'));
    }
    expect((await list(ana)).map(({ content }) => content)).toEqual(Array.from({ length: 10 }, () => ''));
  });
});

describeTalk('events of changed messages', (talking) => {
  it('are replayed as they were sent, with the text as it is now', async () => {
    const { stage, ana, ben, group, say, edit, react, remove } = talking;
    const live = [stage.room(ben, group), stage.inbox(ben, '0')];
    await live[0]?.next('joined');
    await live[1]?.next('connected');
    const { message: kept } = await say(ana, 'kept');
    const { message: gone } = await say(ana, 'gone');
    await react(ben, kept.id, '👍');
    await react(ben, kept.id, '👍', false);
    await edit(ana, kept.id, 'kept as it is');
    await edit(ana, gone.id, 'soon gone');
    await remove(ana, gone.id);
    for (const watch of live) await watch.next('message-deleted');
    const replayed = [stage.room(ben, group, '0'), stage.inbox(ben, '0')];
    const now = JSON.stringify([...live.map(durable)])
      .replaceAll('"soon gone"', '""')
      .replaceAll('"gone"', '""')
      .replaceAll('"kept"', '"kept as it is"');
    for (const watch of replayed) await watch.next('message-deleted');
    expect(JSON.parse(JSON.stringify(replayed.map(durable)))).toEqual(JSON.parse(now));
  });
});
