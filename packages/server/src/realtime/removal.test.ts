import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { ManualClock } from '../core/testing/manual-clock.ts';
import { roomTopic } from '../core/topics.ts';
import { createConversation } from '../domains/conversations/conversations.ts';
import { addMembers, removeMember } from '../domains/conversations/members.ts';
import { RoomPeople } from '../domains/conversations/room-people.ts';
import { sendMessage } from '../domains/messages/messages.ts';
import { createStage, testConnection, type Stage, type Watch } from '../domains/testing/stage.ts';
import { FaultyBus } from './testing/faulty-bus.ts';

/** Lets something happen between the reading of who is in a room and what comes of it. */
class Interrupted extends RoomPeople {
  interruptions: (() => Promise<unknown>)[] = [];

  override async seenBy(userId: string, conversationId: string) {
    const seen = await super.seenBy(userId, conversationId);
    await this.interruptions.shift()?.();
    return seen;
  }
}

/** Told by the generator, and past it. */
const WAYS = databases().flatMap((database) => [
  { ...database, way: 'by the generator', direct: false },
  { ...database, way: 'past it', direct: true },
]);

describe.each(WAYS)('a removal on $kind, $way', ({ open, direct }) => {
  let database: TestDatabase;
  let stage: Stage;
  let bus: FaultyBus;
  let people: Interrupted;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    bus = new FaultyBus();
    // No head is checked by itself.
    stage = createStage(database.prisma, { bus, direct, clock: new ManualClock() });
    people = new Interrupted(stage.services);
    stage.services.roomPeople = people;
    return () => stage[Symbol.asyncDispose]();
  });
  afterAll(() => database.close());

  async function group() {
    const { services } = stage;
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const { id } = await createConversation(services, ana, { participantIds: [ben.id], title: 'Trip' });
    const ofBen = { conversationId: id, userId: ben.id };
    return {
      ...{ ana, ben, id },
      say: (content: string) => sendMessage(services, ana, { conversationId: id, content, attachments: [] }),
      remove: () => removeMember(services, ana, ofBen),
      add: () => addMembers(services, ana, { conversationId: id, userIds: [ben.id] }),
      head: async () => (await services.eventLog.heads([roomTopic(id)])).get(roomTopic(id)) ?? 0,
    };
  }

  const refusal = { code: 'NOT_FOUND', reason: 'not_a_participant' };
  const seqs = ({ seen }: Watch) => seen.slice(1).map(({ id }) => Number(id));

  it('ends the reader before itself and before anything later, whatever the bus does', async () => {
    const { ben, id, say, remove } = await group();
    const room = stage.room(ben, id);
    await room.next('joined');
    await say('1');
    await room.next('message');
    bus.carry = (frame) => (frame.type === 'message' ? [frame, frame] : []);
    await say('2');
    await remove();
    await say('3');
    expect(await room.ended).toMatchObject(refusal);
    expect(seqs(room)).toEqual([1, 2]);
  });

  it('is in the past of whoever has come back: they begin where they were added, the others see it', async () => {
    const { ana, ben, id, say, remove, add } = await group();
    await say('1');
    await remove();
    await say('3');
    await add();
    await say('5');
    const room = stage.room(ben, id, '0');
    await room.next('message');
    expect(seqs(room)).toEqual([4, 5]);
    expect(room.types().slice(1)).toEqual(['member-added', 'message']);
    const others = stage.room(ana, id, '0');
    await expect.poll(() => seqs(others)).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends a reader that was there before it, also when its person is back already', async () => {
    const { ben, id, say, remove, add } = await group();
    const room = stage.room(ben, id);
    await room.next('joined');
    bus.carry = () => [];
    await say('1');
    await remove();
    await add();
    await say('4');
    await stage.services.hub.checkHeads();
    expect(await room.ended).toMatchObject(refusal);
    expect(seqs(room)).toEqual([1]);
  });

  it('is not passed over between the question who is in the room and its answer', async () => {
    const { ben, id, say, remove } = await group();
    await say('1');
    people.interruptions = [
      async () => {
        await remove();
        await say('3');
      },
    ];
    const room = stage.room(ben, id);
    expect(await room.ended).toMatchObject(refusal);
    expect(seqs(room)).toEqual([]);
  });

  it('ends a reader that comes back to a page of the log with it, before it', async () => {
    const { ben, id, say, remove, add } = await group();
    for (const content of ['1', '2', '3']) await say(content);
    people.interruptions = [
      async () => {
        await say('4');
        await remove();
        await add();
        await say('7');
      },
    ];
    const room = stage.room(ben, id, '0');
    expect(await room.ended).toMatchObject(refusal);
    expect(seqs(room)).toEqual([1, 2, 3, 4]);
  });

  it('is not passed over where the head is read anew', async () => {
    const { ben, id, say, remove } = await group();
    const early = stage.room(ben, id);
    await early.next('joined');
    bus.carry = () => [];
    await say('1');
    people.interruptions = [
      async () => {
        await remove();
        await say('3');
      },
    ];
    const room = stage.room(ben, id, '1');
    expect(await room.ended).toMatchObject(refusal);
    expect(room.seen).toEqual([]);
  });

  it('comes before the ephemeral events that were sent after it', async () => {
    const { ben, id, remove, head } = await group();
    const room = stage.room(ben, id);
    await room.next('joined');
    bus.carry = (frame) => (frame.seq === null ? [frame] : []);
    await remove();
    const visit = { userId: 'x', username: 'x', conversationId: id };
    stage.services.announce.toRoom(id, 'user-joined', visit, { after: await head() });
    expect(await room.ended).toMatchObject(refusal);
    expect(room.types()).toEqual(['joined']);
  });

  it('ends a reader whose peer was slow, once it takes what was before', async () => {
    const { ben, id, say, remove } = await group();
    let resume: () => void = () => undefined;
    let waiting: Promise<void> | undefined;
    const connection = { ...testConnection(), drained: () => waiting };
    const room = stage.room(ben, id, undefined, connection);
    await room.next('joined');
    waiting = new Promise((resolve) => (resume = resolve));
    await say('1');
    await remove();
    await say('3');
    expect(seqs(room)).toEqual([]);
    waiting = waiting.then(() => (waiting = undefined));
    resume();
    expect(await room.ended).toMatchObject(refusal);
    expect(seqs(room)).toEqual([1]);
  });
});
