import { expect, it } from 'vitest';

import { getConversation } from '../conversations/conversations.ts';
import { describeTalk } from '../messages/testing/describe-talk.ts';
import { markDelivered, markRead } from './receipts.ts';

describeTalk('a delivered watermark', (talking) => {
  const mark = (upToSeq: number, who = talking.ben) =>
    markDelivered(talking.stage.services, who, { conversationId: talking.group, upToSeq });
  const seqs = async () => {
    const { stage, ben, group } = talking;
    const { participants } = await getConversation(stage.services, ben, { conversationId: group });
    const me = participants.find(({ user }) => user.id === ben.id);
    return { delivered: me?.deliveredSeq, read: me?.readSeq };
  };

  it('moves forward alone, never past the head, and the room is told each time', async () => {
    const { stage, ana, ben, group, say } = talking;
    for (const text of ['1', '2', '3']) await say(ana, text);
    const room = stage.room(ana, group);
    await room.next('joined');
    expect(await mark(2)).toEqual({ success: true });
    await mark(2);
    await mark(1);
    expect(await seqs()).toEqual({ delivered: 2, read: 0 });
    await mark(99);
    expect(await seqs()).toEqual({ delivered: 3, read: 0 });
    await expect.poll(() => room.types().filter((type) => type === 'delivered')).toHaveLength(2);
    const told = room.seen.flatMap(({ event }) => (event.type === 'delivered' ? [event.payload] : []));
    expect(told).toMatchObject([
      { userId: ben.id, conversationId: group, seq: 2 },
      { userId: ben.id, conversationId: group, seq: 3 },
    ]);
    const row = await talking.db.participant.findFirstOrThrow({ where: { userId: ben.id } });
    expect(row.deliveredAt).toEqual(told.at(-1)?.deliveredAt);
  });

  it('is never behind what is read, nor moved back by reading', async () => {
    const { stage, ana, ben, group, say } = talking;
    for (const text of ['1', '2', '3']) await say(ana, text);
    await markRead(stage.services, ben, { conversationId: group, upToSeq: 2 });
    expect(await seqs()).toEqual({ delivered: 2, read: 2 });
    await mark(3);
    await markRead(stage.services, ben, { conversationId: group, upToSeq: 3 });
    expect(await seqs()).toEqual({ delivered: 3, read: 3 });
  });

  it('is the highest of many that come at once with reads and messages', async () => {
    const { stage, ana, ben, group, say } = talking;
    for (let index = 0; index < 10; index += 1) await say(ana, `${index}`);
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => [
        mark(index + 1),
        mark(10 - index),
        markRead(stage.services, ben, { conversationId: group, upToSeq: Math.ceil(index / 2) }),
        say(ana, 'more'),
      ]).flat(),
    );
    expect(await seqs()).toEqual({ delivered: 10, read: 5 });
    const row = await talking.db.participant.findFirstOrThrow({ where: { userId: ben.id } });
    expect(row.unreadCount).toBe(15);
  });

  it('is moved at most twice by many that come at once, and so told', async () => {
    const { stage, ana, group, say } = talking;
    for (let index = 0; index < 10; index += 1) await say(ana, `${index}`);
    const room = stage.room(ana, group);
    await room.next('joined');
    await Promise.all(Array.from({ length: 30 }, (_, index) => mark((index % 10) + 1)));
    expect(await seqs()).toEqual({ delivered: 10, read: 0 });
    await say(ana, 'after');
    await room.next('message');
    const told = room.seen.flatMap(({ event }) => (event.type === 'delivered' ? [event.payload.seq] : []));
    expect(told).toEqual([1, 10]);
  });

  it('is a participant’s', async () => {
    await expect(mark(1, talking.eve)).rejects.toMatchObject({ reason: 'not_a_participant' });
  });
});
