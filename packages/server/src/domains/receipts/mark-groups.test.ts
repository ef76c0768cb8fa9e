// Watermarks that are set at once are as if each had been set by itself.
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Caller } from '../../core/caller.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { randomFrom } from '../../core/testing/random.ts';
import { roomTopic } from '../../core/topics.ts';
import { WAITING_TURNS } from '../../core/turns.ts';
import { createConversation } from '../conversations/conversations.ts';
import { sendMessage } from '../messages/messages.ts';
import { describeStage } from '../testing/describe-stage.ts';
import { createStage, type Stage } from '../testing/stage.ts';
import { markDelivered, markRead } from './receipts.ts';

const SEED = Number(process.env['PARLEY_SEED'] ?? 20_261_126);
const ROOMS = 3;

describeStage('watermarks that are set at once', (stage, database) => {
  let people: Caller[];
  let rooms: string[];
  beforeEach(async () => {
    people = await Promise.all(['ana', 'ben', 'cem', 'dan'].map((name) => stage.person(name)));
    const [ana, ...others] = people as [Caller, ...Caller[]];
    const participantIds = others.map(({ id }) => id);
    rooms = [];
    for (let count = 0; count < ROOMS; count += 1) {
      const { id } = await createConversation(stage.services, ana, { participantIds, title: `${count}` });
      rooms.push(id);
    }
  });

  const send = (who: Caller, conversationId: string) =>
    sendMessage(stage.services, who, { conversationId, content: 'hello', attachments: [] });
  const read = (who: Caller, conversationId: string, upToSeq?: number) =>
    markRead(stage.services, who, { conversationId, ...(upToSeq !== undefined && { upToSeq }) });
  const receive = (who: Caller, conversationId: string, upToSeq: number) =>
    markDelivered(stage.services, who, { conversationId, upToSeq });
  const standing = async (conversationId: string, userId: string) => {
    const { readSeq, deliveredSeq, unreadCount, readAt, deliveredAt } =
      await database.prisma.participant.findUniqueOrThrow({
        where: { conversationId_userId: { conversationId, userId } },
      });
    return { read: Number(readSeq), delivered: Number(deliveredSeq), unreadCount, readAt, deliveredAt };
  };

  it(`are each person’s highest in each room, with what is unread after it (seed ${SEED})`, async () => {
    const random = randomFrom(SEED);
    const below = (bound: number) => Math.floor(random() * bound);
    const pick = <One>(all: readonly One[]) => all[below(all.length)] as One;
    const places = rooms.flatMap((room) => people.map(({ id }) => ({ room, id, read: 0, delivered: 0 })));
    for (let wave = 0; wave < 6; wave += 1) {
      for (let count = 0; count < 5; count += 1) await send(pick(people), pick(rooms));
      const heads = new Map<string, number>();
      for (const room of rooms) {
        const topic = await database.prisma.topic.findUniqueOrThrow({ where: { id: roomTopic(room) } });
        heads.set(room, Number(topic.head));
      }
      const marks = Array.from({ length: 40 }, () => {
        const [place, upToSeq, isRead] = [pick(places), below(14), below(2) === 0];
        const seq = Math.min(upToSeq, heads.get(place.room) ?? 0);
        if (isRead) place.read = Math.max(place.read, seq);
        place.delivered = Math.max(place.delivered, seq);
        return { ...place, upToSeq, mark: isRead ? read : receive };
      });
      await Promise.all(
        marks.map(({ mark, room, id, upToSeq }) =>
          mark(people.find((person) => person.id === id) as Caller, room, upToSeq),
        ),
      );
      for (const { room, id, ...expected } of places) {
        const { unreadCount, ...at } = await standing(room, id);
        const unread = await database.prisma.message.count({
          where: { conversationId: room, seq: { gt: expected.read }, userId: { not: id } },
        });
        expect(at).toMatchObject(expected);
        expect(unreadCount).toBe(unread);
      }
    }
  });

  it('are told to the room, each with who set it and when', async () => {
    const [ana, ben, cem] = people as [Caller, Caller, Caller];
    const [conversationId] = rooms as [string];
    for (let count = 0; count < 3; count += 1) await send(ana, conversationId);
    const room = stage.room(ana, conversationId);
    await room.next('joined');
    const marked = await Promise.all([read(ben, conversationId), read(cem, conversationId, 2)]);
    await expect.poll(() => room.types().filter((type) => type === 'read')).toHaveLength(2);
    const told = room.seen.flatMap(({ event }) => (event.type === 'read' ? [event.payload] : []));
    expect(told).toEqual([
      { userId: ben.id, conversationId, seq: 3, readAt: marked[0].readAt },
      { userId: cem.id, conversationId, seq: 2, readAt: marked[1].readAt },
    ]);
    const again = await Promise.all([read(ben, conversationId), read(cem, conversationId, 1)]);
    expect(again.map(({ message, readAt }) => [message, readAt])).toEqual(
      marked.map(({ readAt }) => ['Nothing new to read', readAt]),
    );
    const after = await standing(conversationId, cem.id);
    expect([after.readAt, after.deliveredAt]).toEqual([marked[1].readAt, marked[1].readAt]);
  });

  it('are refused to whoever is not in the room, and set for the others', async () => {
    const [ana, ben, cem] = people as [Caller, Caller, Caller];
    const eve = await stage.person('eve');
    const [conversationId] = rooms as [string];
    await send(ana, conversationId);
    const outcomes = await Promise.allSettled(
      [ben, eve, cem].flatMap((who) => [read(who, conversationId), receive(who, conversationId, 1)]),
    );
    const refused = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { reason: string }).reason : undefined,
    );
    const outside = 'not_a_participant';
    expect(refused).toEqual([undefined, undefined, outside, outside, undefined, undefined]);
    expect((await standing(conversationId, cem.id)).read).toBe(1);
  });

  it('are measured as durable writes where they move, and not where they do not', async () => {
    const [ana, ben] = people as [Caller, Caller];
    const [conversationId] = rooms as [string];
    const { commitSeconds } = stage.services.metrics;
    const writes = async () => {
      const { values } = await commitSeconds.get();
      return values.find(({ metricName }) => metricName === 'parley_commit_seconds_count')?.value;
    };
    await send(ana, conversationId);
    commitSeconds.reset();
    await receive(ben, conversationId, 1);
    expect(await writes()).toBe(1);
    await receive(ben, conversationId, 1);
    expect(await writes()).toBe(1);
    await read(ben, conversationId);
    expect(await writes()).toBe(2);
    await read(ben, conversationId);
    expect(await writes()).toBe(2);
  });

  it('are refused as unavailable when too many wait, also while sends do not', async () => {
    const [ana, ben] = people as [Caller, Caller];
    const [conversationId] = rooms as [string];
    // Each of another room that there is not: marks of one person in one room are one.
    const waiting = Array.from({ length: WAITING_TURNS }, (_, index) => receive(ben, `none-${index}`, 1));
    const calls = [...waiting, receive(ben, conversationId, 1), send(ana, conversationId)];
    const answered: number[] = [];
    const outcomes = await Promise.allSettled(
      calls.map((call, index) => call.finally(() => answered.push(index))),
    );
    const reasons = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { reason: string }).reason : 'done',
    );
    expect(reasons.slice(WAITING_TURNS)).toEqual(['unavailable', 'done']);
    expect(reasons[0]).toBe('not_a_participant');
    // Not when its time was over, as that of the last before it may be on a machine that is busy.
    expect(answered.indexOf(WAITING_TURNS)).toBeLessThan(answered.indexOf(WAITING_TURNS - 1));
    expect(await receive(ben, conversationId, 1)).toEqual({ success: true });
  });

  it('in a conversation that nothing has happened in are where they were', async () => {
    const [, ben] = people as [Caller, Caller];
    const { id: conversationId } = await database.prisma.conversation.create({
      data: {
        id: 'quiet',
        kind: 'group',
        createdById: ben.id,
        createdAt: new Date(),
        activityAt: new Date(),
        participants: { create: people.map(({ id: userId }) => ({ userId, joinedAt: new Date() })) },
      },
    });
    const marks = people.map((who) => [read(who, conversationId), receive(who, conversationId, 5)] as const);
    const answers = await Promise.all(marks.map((pair) => Promise.all(pair)));
    for (const [marked, received] of answers) {
      expect([marked.message, received]).toEqual(['Nothing new to read', { success: true }]);
      expect(marked.readAt).toBeInstanceOf(Date);
    }
    expect(await standing(conversationId, ben.id)).toMatchObject({ read: 0, delivered: 0 });
  });
});

const postgres = databases().find(({ kind }) => kind === 'postgres');

describe.runIf(postgres !== undefined)('watermarks that are set at once on a server', () => {
  let database: TestDatabase;
  let stage: Stage;
  let ana: Caller;
  let ben: Caller;
  let cem: Caller;
  let held: string;
  let free: string;
  beforeAll(async () => {
    if (postgres === undefined) return;
    database = await postgres.open();
    stage = createStage(database.prisma);
    const { services } = stage;
    ana = await stage.person('ana');
    ben = await stage.person('ben');
    cem = await stage.person('cem');
    const participantIds = [ben.id, cem.id];
    ({ id: held } = await createConversation(services, ana, { participantIds, title: 'Held' }));
    ({ id: free } = await createConversation(services, ana, { participantIds, title: 'Free' }));
  });
  beforeEach(async () => {
    for (const conversationId of [held, free])
      await sendMessage(stage.services, ana, { conversationId, content: 'hello', attachments: [] });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await database.close();
  });
  const read = (who: Caller, conversationId: string) => markRead(stage.services, who, { conversationId });
  const receive = (who: Caller, conversationId: string, upToSeq = 99) =>
    markDelivered(stage.services, who, { conversationId, upToSeq });

  it.each([
    { of: 'reads', mark: read, text: 'mark_read(' },
    { of: 'deliveries', mark: receive, text: 'SKIP LOCKED' },
  ])('are one statement, of $of', async ({ mark, text }) => {
    const query = vi.spyOn(Client.prototype, 'query');
    try {
      await Promise.all([mark(ana, free), mark(ben, free), mark(cem, free), mark(ben, held)]);
      // A new connection is asked its question as bare text.
      const texts = query.mock.calls.map(([statement]: unknown[]) =>
        typeof statement === 'string' ? statement : (statement as { text: string }).text,
      );
      expect(texts.filter((one) => one.includes(text))).toHaveLength(1);
      expect(texts.filter((one) => one.includes('"Participant"') && !one.includes(text))).toEqual([]);
    } finally {
      query.mockRestore();
    }
  });

  it('wait for whoever holds their room, or their row, and hold up no other', async () => {
    const unread = async () => {
      const rows = await database.prisma.participant.findMany({ where: { userId: { not: ana.id } } });
      return rows.flatMap((row) => (row.unreadCount === 0 ? [] : [`${row.conversationId} ${row.userId}`]));
    };
    const delivered = async () => {
      const rows = await database.prisma.participant.findMany({ where: { conversationId: free } });
      return rows.flatMap((row) => (row.deliveredSeq > 0n ? [row.userId] : []));
    };
    await database.prisma.participant.updateMany({ data: { deliveredSeq: 0 } });
    await using other = await database.session();
    await other.query('BEGIN');
    await other.query('SELECT FROM "Topic" WHERE id = $1 FOR UPDATE', [roomTopic(held)]);
    await other.query('SELECT FROM "Participant" WHERE "conversationId" = $1 AND "userId" = $2 FOR UPDATE', [
      free,
      cem.id,
    ]);
    const waiting = [read(ben, held), read(cem, held), receive(cem, free)];
    await Promise.all([read(ben, free), receive(ana, free), receive(ben, held)]);
    const left = [`${held} ${ben.id}`, `${held} ${cem.id}`, `${free} ${cem.id}`];
    expect((await unread()).toSorted()).toEqual(left.toSorted());
    expect((await delivered()).toSorted()).toEqual([ana.id, ben.id].toSorted());
    await other.query('COMMIT');
    await Promise.all(waiting);
    expect(await unread()).toEqual([`${free} ${cem.id}`]);
    expect(await delivered()).toHaveLength(3);
  });
});
