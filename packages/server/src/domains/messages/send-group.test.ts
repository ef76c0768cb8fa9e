// Sends that come at once, and those that come by themselves, are as if all had come one by one, in the order of the log.
import { expect, it } from 'vitest';

import type { Caller } from '../../core/caller.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Refs } from '../../core/log.ts';
import { randomFrom } from '../../core/testing/random.ts';
import { inboxTopic, roomTopic, type Topic } from '../../core/topics.ts';
import { createConversation } from '../conversations/conversations.ts';
import { addMembers, removeMember } from '../conversations/members.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { sendMessage } from './messages.ts';

const SEED = Number(process.env['PARLEY_SEED'] ?? 20_261_126);

interface Member {
  joinedSeq: number;
  unread: number;
}

describeStage('sends, at once and one by one,', (stage, database) => {
  const send = (who: Caller, conversationId: string, more: { replyToId?: string; clientId?: string } = {}) =>
    sendMessage(stage.services, who, { conversationId, content: 'hello', attachments: ['a, "b"'], ...more });
  const reasonOf = (error: unknown) => (error as { reason?: string }).reason ?? String(error);
  const logOf = async (topic: Topic) => {
    const rows = await database.prisma.logEntry.findMany({ where: { topic }, orderBy: { seq: 'asc' } });
    return rows.map((row) => ({ ...row, seq: Number(row.seq), refs: row.refs as Refs }));
  };
  const group = async (owner: Caller, others: Caller[]) =>
    (
      await createConversation(stage.services, owner, {
        participantIds: others.map(({ id }) => id),
        title: 'Group',
      })
    ).id;

  it(`follow one another, whoever joins and leaves meanwhile (seed ${SEED})`, async () => {
    const random = randomFrom(SEED);
    const below = (bound: number) => Math.floor(random() * bound);
    const people = await Promise.all(['ana', 'ben', 'cem', 'dan', 'eve'].map((name) => stage.person(name)));
    const [ana, ben, cem, dan, eve] = people as [Caller, Caller, Caller, Caller, Caller];
    const inside = [
      [ben, cem],
      [cem, dan],
      [ben, dan, eve],
    ];
    const rooms = await Promise.all(inside.map((others) => group(ana, others)));
    const earlier = await Promise.all(rooms.map(async (room) => (await send(ana, room)).message));
    const room = stage.room(ana, rooms[0] ?? '', '0');
    const inbox = stage.inbox(ana, '0');
    await Promise.all([room.next('message'), inbox.next('connected')]);

    const pick = <One>(all: readonly One[]) => all[below(all.length)] as One;
    const wave = () =>
      Array.from({ length: 16 }, () => async () => {
        const conversationId = pick(rooms);
        const userId = pick([ben, cem, dan, eve]).id;
        const kind = below(10);
        if (kind === 0) await addMembers(stage.services, ana, { conversationId, userIds: [userId] });
        if (kind === 1) await removeMember(stage.services, ana, { conversationId, userId });
        if (kind < 2) return [];
        const author = pick(people);
        const replyToId = below(4) === 0 ? pick([...earlier.map(({ id }) => id), 'nothing']) : undefined;
        const clientId = below(3) === 0 ? `client-${below(6)}` : undefined;
        const asked = { author, conversationId, replyToId, clientId };
        const more = { ...(replyToId && { replyToId }), ...(clientId && { clientId }) };
        return await send(author, conversationId, more).then(
          ({ message }) => [{ ...asked, message, refused: undefined }],
          (error: unknown) => [{ ...asked, message: undefined, refused: reasonOf(error) }],
        );
      });
    const sends: Awaited<ReturnType<ReturnType<typeof wave>[number]>>[] = [];
    for (let count = 0; count < 6; count += 1) {
      sends.push(...(await Promise.all(wave().map((one) => one()))));
      for (const one of wave()) sends.push(await one());
    }

    const pointers: Refs[] = [];
    const told = new Map<string, number>();
    const sent = new Map<string, { author: string; members: Map<string, Member>; at: Date }>();
    for (const [index, id] of rooms.entries()) {
      const members = new Map<string, Member>();
      for (const { id: one } of [ana, ...(inside[index] ?? [])])
        members.set(one, { joinedSeq: 0, unread: 0 });
      const entries = await logOf(roomTopic(id));
      for (const { seq, type, refs, at } of entries) {
        if (type === 'member-added') members.set(String(refs['userId']), { joinedSeq: seq - 1, unread: 0 });
        if (type === 'member-removed') members.delete(String(refs['userId']));
        if (type !== 'message') continue;
        const row = await database.prisma.message.findUniqueOrThrow({
          where: { id: String(refs['messageId']) },
        });
        expect(row).toMatchObject({ conversationId: id, seq: BigInt(seq), createdAt: at });
        expect([...members.keys()]).toContain(row.userId);
        sent.set(row.id, { author: row.userId, members: structuredClone(members), at });
        for (const [person, member] of members) {
          if (person === row.userId) continue;
          member.unread += 1;
          told.set(person, (told.get(person) ?? 0) + 1);
          pointers.push({ conversationId: id, seq, messageId: row.id, unreadCount: member.unread });
        }
      }
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, place) => place + 1));
      expect(entries.map(({ at }) => at.getTime())).toEqual(
        entries.map(({ at }) => at.getTime()).toSorted((a, b) => a - b),
      );
      const { participants, activityAt } = await database.prisma.conversation.findUniqueOrThrow({
        where: { id },
        include: { participants: true },
      });
      expect(new Map(participants.map(({ userId, unreadCount }) => [userId, unreadCount]))).toEqual(
        new Map([...members].map(([userId, { unread }]) => [userId, unread])),
      );
      expect(activityAt).toEqual(entries.at(-1)?.at);
    }

    const notices = (await Promise.all(people.map(({ id }) => logOf(inboxTopic(id))))).flat();
    const messages = notices.filter(({ type }) => type === 'new-message');
    const inOrder = (all: Refs[]) =>
      all.map((refs) => JSON.stringify(refs, Object.keys(refs).toSorted())).toSorted();
    expect(inOrder(messages.map(({ refs }) => refs))).toEqual(inOrder(pointers));
    for (const { id } of people) {
      const own = notices.filter(({ topic }) => topic === inboxTopic(id));
      expect(own.map(({ seq }) => seq)).toEqual(own.map((_, place) => place + 1));
      expect(own.filter(({ type }) => type === 'new-message')).toHaveLength(told.get(id) ?? 0);
    }
    for (const { id, head } of await database.prisma.topic.findMany())
      expect((await logOf(id as Topic)).length).toBe(Number(head));

    const refused = sends.flat().filter(({ message }) => message === undefined);
    const isRight = ({ refused: reason, replyToId }: (typeof refused)[number]) =>
      reason === 'not_a_participant' || (reason === 'message_not_found' && replyToId !== undefined);
    expect(refused.filter((one) => !isRight(one))).toEqual([]);
    const done = sends.flat().flatMap(({ message, ...asked }) => (message ? [{ ...asked, message }] : []));
    for (const { author, message } of done)
      expect(sent.get(message.id)).toMatchObject({ author: author.id, at: message.createdAt });
    const once = done.filter(({ clientId }) => clientId === undefined);
    for (const { conversationId, replyToId = null, message } of once)
      expect(message).toMatchObject({ conversationId, replyToId, attachments: ['a, "b"'] });
    for (const { author, replyToId, conversationId, message } of once.filter((one) => one.replyToId)) {
      const origin = earlier.find(({ id }) => id === replyToId);
      expect(origin?.conversationId).toBe(conversationId);
      const { joinedSeq } = sent.get(message.id)?.members.get(author.id) ?? {};
      expect(joinedSeq).toBeLessThan(origin?.seq ?? 0);
    }
    const same = groupBy(
      done.filter(({ clientId }) => clientId !== undefined),
      ({ author, clientId }) => `${author.id} ${clientId}`,
    );
    for (const repeated of same.values())
      expect(new Set(repeated.map(({ message }) => message.id)).size).toBe(1);
    expect(new Set(sends.flat().flatMap(({ message }) => message?.id ?? [])).size).toBe(
      sent.size - earlier.length,
    );

    for (const [watch, topic] of [
      [room, roomTopic(rooms[0] ?? '')],
      [inbox, inboxTopic(ana.id)],
    ] as const) {
      const log = await stage.services.eventLog.read(topic, 0, 1_000);
      const durable = () =>
        watch.seen.filter(({ event }) => log.some((one) => one.event.type === event.type));
      await expect.poll(() => durable().length).toBe(log.length);
      expect(durable()).toEqual(log.map(({ seq, event }) => ({ id: String(seq), event })));
    }
  });

  it('fail alone where the database cannot take them', async () => {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const rooms = [await group(ana, [ben]), await group(ben, [ana])];
    const say = (conversationId: string, content: string) =>
      sendMessage(stage.services, ana, { conversationId, content, attachments: [] });
    const answers = await Promise.allSettled(
      ['one', 'NUL \0', 'three', 'four'].map((content, index) => say(rooms[index % 2] ?? '', content)),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    const rows = await database.prisma.message.findMany({ orderBy: [{ seq: 'asc' }] });
    expect(rows.map(({ content, seq }) => [content, Number(seq)])).toEqual(
      expect.arrayContaining([
        ['one', 1],
        ['three', 2],
        ['four', 1],
      ]),
    );
    expect(rows).toHaveLength(3);
  });
});
