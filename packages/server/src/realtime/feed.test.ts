import { LIMITS } from '@parley/contract/schemas';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Frame } from '../bus/frame.ts';
import type { Connection } from '../core/connection.ts';
import { Refusal } from '../core/refusal.ts';
import { databases, type TestDatabase } from '../core/testing/databases.ts';
import { ManualClock } from '../core/testing/manual-clock.ts';
import { inboxTopic, roomTopic } from '../core/topics.ts';
import { createConversation } from '../domains/conversations/conversations.ts';
import { sendMessage } from '../domains/messages/messages.ts';
import { markRead } from '../domains/receipts/receipts.ts';
import { watchRoom } from '../domains/room/room.ts';
import { createStage, testConnection, type Stage } from '../domains/testing/stage.ts';
import { WAITING_FRAMES } from './feed-reader.ts';
import { PAGE_EVENTS } from './hub.ts';
import { FaultyBus } from './testing/faulty-bus.ts';

/** A peer that takes what is written only when a test lets it. */
function slowConnection(): Connection & { stall(options?: { congested: boolean }): void; resume(): void } {
  const connection = testConnection();
  let congested = false;
  let release: (() => void) | undefined;
  let waiting: Promise<void> = Promise.resolve();
  return {
    ...connection,
    get congested() {
      return congested;
    },
    drained: () => waiting,
    stall(options = { congested: true }) {
      ({ congested } = options);
      waiting = new Promise((resolve) => (release = resolve));
    },
    resume() {
      congested = false;
      release?.();
    },
  };
}

describe.each(databases())('a feed on $kind', ({ open }) => {
  let database: TestDatabase;
  let stage: Stage;
  let bus: FaultyBus;
  let clock: ManualClock;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    bus = new FaultyBus();
    // No head is checked, and no sign ends, by itself.
    clock = new ManualClock();
    stage = createStage(database.prisma, { bus, clock });
    return () => stage[Symbol.asyncDispose]();
  });
  afterAll(() => database.close());

  async function talk() {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const { id } = await createConversation(stage.services, ana, { participantIds: [ben.id] });
    const say = (content: string) =>
      sendMessage(stage.services, ana, { conversationId: id, content, attachments: [] });
    return { ana, ben, id, say };
  }

  const texts = (watch: ReturnType<Stage['room']>) =>
    watch.seen.flatMap(({ event }) => (event.type === 'message' ? [event.payload.content] : []));

  it('delivers once and in order what the bus doubles and reorders', async () => {
    const { ben, id, say } = await talk();
    const room = stage.room(ben, id);
    await room.next('joined');
    const held: Frame[] = [];
    bus.carry = (frame) => {
      if (frame.type !== 'message') return [frame];
      held.push(frame);
      return held.length % 2 === 0
        ? held
            .splice(0)
            .toReversed()
            .flatMap((one) => [one, one])
        : [];
    };
    for (const text of ['1', '2', '3', '4']) await say(text);
    await expect.poll(() => texts(room)).toEqual(['1', '2', '3', '4']);
  });

  it('finds in the log what the bus has lost', async () => {
    const { ben, id, say } = await talk();
    const room = stage.room(ben, id);
    await room.next('joined');
    bus.carry = () => [];
    await say('lost');
    await say('lost too');
    await stage.services.hub.checkHeads();
    await expect.poll(() => texts(room)).toEqual(['lost', 'lost too']);
    await say('lost again');
    bus.lose();
    await expect.poll(() => texts(room)).toEqual(['lost', 'lost too', 'lost again']);
  });

  it('finds it within three seconds by itself, also after there was nothing to look at', async () => {
    const { ben, id, say } = await talk();
    clock.advance(3_000);
    await stage.services.hub.checkHeads();
    const room = stage.room(ben, id);
    await room.next('joined');
    bus.carry = () => [];
    await say('lost');
    clock.advance(3_000);
    await expect.poll(() => texts(room)).toEqual(['lost']);
  });

  it('finds it also where the bus has lost it while heads were being looked at', async () => {
    const { ben, id, say } = await talk();
    const { hub, eventLog } = stage.services;
    const room = stage.room(ben, id);
    await room.next('joined');
    bus.carry = () => [];
    const moved = eventLog.moved.bind(eventLog);
    let looks = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    eventLog.moved = async (heads) => {
      const found = await moved(heads);
      looks += 1;
      if (looks === 1) await held;
      return found;
    };
    const early = hub.checkHeads();
    await expect.poll(() => looks).toBe(1);
    await say('lost');
    bus.lose();
    bus.lose();
    release();
    await early;
    await expect.poll(() => texts(room)).toEqual(['lost']);
    expect(looks).toBe(2);
  });

  it('goes on past the generator over several pages of the log, and then live', async () => {
    const { ana, ben, id } = await talk();
    const { services } = stage;
    const count = 2 * PAGE_EVENTS + 50;
    const contents = Array.from({ length: count }, (_, index) => `${index}`);
    await Promise.all(
      contents.map((content) => sendMessage(services, ana, { conversationId: id, content, attachments: [] })),
    );
    await using direct = createStage(database.prisma, { direct: true });
    const rooms = ['0', '7', '7', `${count}`].map((after) => direct.room(ben, id, after));
    await Promise.all(rooms.map((room) => room.next('joined')));
    await expect
      .poll(() => rooms.map(({ seen }) => seen.length - 1))
      .toEqual([count, count - 7, count - 7, 0]);
    await sendMessage(direct.services, ana, { conversationId: id, content: 'live', attachments: [] });
    const numbers = Array.from({ length: count + 1 }, (_, index) => index + 1);
    for (const [index, after] of [0, 7, 7, count].entries())
      await expect
        .poll(() => rooms[index]?.seen.slice(1).map(({ id: seq }) => Number(seq)))
        .toEqual(numbers.slice(after));
  });

  it('finds it also while the bus does not let another topic be opened', async () => {
    const { ana, ben, id, say } = await talk();
    const { hub } = stage.services;
    const subscribe = bus.subscribe.bind(bus);
    const ignore = () => undefined;
    bus.subscribe = () => new Promise(ignore);
    void hub.attach(inboxTopic(ana.id), { userId: ana.id, wake: ignore, tell: ignore });
    bus.subscribe = subscribe;
    const room = stage.room(ben, id);
    await room.next('joined');
    bus.carry = () => [];
    await say('lost');
    void hub.checkHeads();
    await expect.poll(() => texts(room)).toEqual(['lost']);
  });

  it('asks once for what the log does not have, and goes on', async () => {
    const { ben, id, say } = await talk();
    const room = stage.room(ben, id);
    await room.next('joined');
    const { eventLog } = stage.services;
    const read = eventLog.read.bind(eventLog);
    let reads = 0;
    let answers = 0;
    eventLog.read = async (...asked) => {
      reads += 1;
      const page = await read(...asked);
      answers += 1;
      return page;
    };
    bus.publish(roomTopic(id), {
      seq: 50,
      type: 'message',
      body: '{"type":"message","payload":{}}',
    });
    await expect.poll(() => answers).toBe(1);
    await say('1');
    await say('2');
    await expect.poll(() => texts(room)).toEqual(['1', '2']);
    expect(reads).toBe(1);
  });

  it('goes on for one who has seen more than the bus has brought here', async () => {
    const { ben, id, say } = await talk();
    const early = stage.room(ben, id);
    await early.next('joined');
    bus.carry = (frame) => (frame.seq === null ? [frame] : []);
    for (const text of ['1', '2', '3']) await say(text);
    const resumed = stage.room(ben, id, '2');
    await expect.poll(() => texts(resumed)).toEqual(['3']);
    expect(resumed.seen[0]).toMatchObject({ id: '2', event: { payload: { headSeq: 3, resumed: true } } });
    await expect.poll(() => texts(early)).toEqual(['1', '2', '3']);
    expect(resumed.types()).not.toContain('reset');
  });

  it('misses nothing that is sent while it opens', async () => {
    const { ben, id, say } = await talk();
    for (let round = 0; round < 10; round += 1) {
      const sending = Promise.all(Array.from({ length: 4 }, (_, index) => say(`${round}.${index}`)));
      const room = stage.room(ben, id, '0');
      await sending;
      await expect.poll(() => texts(room).length).toBe((round + 1) * 4);
      expect(room.seen.slice(1).map((seen) => seen.id)).toEqual(
        Array.from({ length: (round + 1) * 4 }, (_, index) => String(index + 1)),
      );
      await room.stop();
    }
  });

  it('waits for a slow peer, drops what is ephemeral, and then catches up without loss', async () => {
    const { ana, ben, id, say } = await talk();
    const connection = slowConnection();
    const room = stage.room(ben, id, undefined, connection);
    await room.next('joined');
    connection.stall();
    for (let index = 1; index <= 5; index += 1) await say(`${index}`);
    stage.services.typing.set({ conversationId: id, person: ana, isTyping: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(texts(room)).toEqual([]);
    connection.resume();
    await expect.poll(() => texts(room)).toEqual(['1', '2', '3', '4', '5']);
    expect(room.types()).not.toContain('typing');
  });

  it('gives an ephemeral event the id of the durable one before it, and keeps only so many waiting', async () => {
    const { ben, id, say } = await talk();
    const connection = slowConnection();
    const room = stage.room(ben, id, undefined, connection);
    await room.next('joined');
    connection.stall({ congested: false });
    await say('first');
    const visit = { userId: 'x', username: 'x', conversationId: id };
    for (let index = 0; index < WAITING_FRAMES + 20; index += 1) {
      stage.services.announce.toRoom(id, 'user-joined', { ...visit, userId: `${index}` });
    }
    await new Promise((resolve) => setImmediate(resolve));
    connection.resume();
    await expect
      .poll(() => room.types().filter((type) => type === 'user-joined').length)
      .toBe(WAITING_FRAMES);
    const visits = room.seen.filter(({ event }) => event.type === 'user-joined');
    expect(visits.every((seen) => seen.id === '1')).toBe(true);
    expect(visits.at(-1)?.event.payload).toMatchObject({ userId: `${WAITING_FRAMES + 19}` });
  });

  it('never shows a watermark that goes back, however late the bus brings what was told', async () => {
    const { ana, ben, id, say } = await talk();
    for (const text of ['1', '2', '3']) await say(text);
    const room = stage.room(ben, id);
    await room.next('joined');
    const held: Frame[] = [];
    bus.carry = (frame) => (frame.type === 'read' ? (held.push(frame), []) : [frame]);
    for (const upToSeq of [1, 2, 3]) await markRead(stage.services, ana, { conversationId: id, upToSeq });
    const later = stage.room(ben, id);
    await later.next('joined');
    bus.carry = (frame) => [frame];
    const [one, two, three] = held.filter(({ body }) => !body.includes('unreadCount'));
    for (const frame of [two, one, three, two]) if (frame !== undefined) bus.publish(roomTopic(id), frame);
    await say('4');
    await room.next('message');
    await later.next('message');
    const marks = (watch: typeof room) =>
      watch.seen.flatMap(({ event }) => (event.type === 'read' ? [event.payload.seq] : []));
    expect(marks(later)).toEqual([3]);
    expect(marks(room)).toEqual(marks(room).toSorted((a, b) => a - b));
    expect(marks(room).at(-1)).toBe(3);
  });

  it('greets with who is writing, but for oneself', async () => {
    const { ana, ben, id } = await talk();
    // A node hears signs of the rooms that are open there.
    await stage.room(ben, id).next('joined');
    stage.services.typing.set({ conversationId: id, person: ana, isTyping: true });
    const writing = async (person: typeof ana) => {
      const { event } = await stage.room(person, id).next('joined');
      const people = event.type === 'joined' ? event.payload.participants : [];
      return people.filter(({ typing }) => typing).map(({ user }) => user.id);
    };
    await expect.poll(() => stage.services.typing.in(id).has(ana.id)).toBe(true);
    expect(await writing(ben)).toEqual([ana.id]);
    expect(await writing(ana)).toEqual([]);
  });

  it('ends with the refusal when its connection is given up', async () => {
    const { ana, ben, id } = await talk();
    const connection = testConnection();
    const [given, other] = [stage.room(ben, id, undefined, connection), stage.room(ana, id)];
    for (const room of [given, other]) await room.next('joined');
    connection.end(new Refusal('token_expired'));
    expect(await given.ended).toMatchObject({ reason: 'token_expired' });
    stage.services.typing.set({ conversationId: id, person: ben, isTyping: true });
    await other.next('typing');
  });

  it('that is opened leaves when its stream is cut off before it is followed', async () => {
    const { ana, ben, id } = await talk();
    const other = stage.room(ben, id);
    await other.next('joined');
    const connection = testConnection();
    const { signal } = connection;
    const { services } = stage;
    const room = watchRoom({ services, connection }, ana, { conversationId: id, signal });
    await room.opened();
    await other.next('user-joined');
    expect(connection.subscriptions).toBe(1);
    connection.endings.end();
    await other.next('user-left');
    expect(connection.subscriptions).toBe(0);
    expect(await room.next()).toMatchObject({ done: true });
  });

  it('that is opened tells why it is ended before it is followed', async () => {
    const { ana, id } = await talk();
    const connection = testConnection();
    // Of the request, which goes on: its peer is still there.
    const { signal } = new AbortController();
    const { services } = stage;
    const room = watchRoom({ services, connection }, ana, { conversationId: id, signal });
    await room.opened();
    connection.end(new Refusal('unavailable'));
    expect(connection.subscriptions).toBe(0);
    await expect(room.next()).rejects.toMatchObject({ reason: 'unavailable' });
    expect(await room.next()).toMatchObject({ done: true });
  });

  it('is refused when it is opened, and is then over', async () => {
    const { ana, id } = await talk();
    const connection = testConnection();
    const { signal } = connection;
    const watched = { conversationId: id, signal };
    const stranger = { ...ana, id: 'a stranger' };
    const room = watchRoom({ services: stage.services, connection }, stranger, watched);
    await expect(room.opened()).rejects.toMatchObject({ reason: 'not_a_participant' });
    expect(connection.subscriptions).toBe(0);
    expect(stage.services.hub.serves(roomTopic(id))).toBe(false);
  });

  it('is refused above the cap of one connection', async () => {
    const { ben, id } = await talk();
    const connection = testConnection();
    connection.subscriptions = LIMITS.subscriptionsPerSocket;
    expect(await stage.room(ben, id, undefined, connection).ended).toMatchObject({
      reason: 'too_many_subscriptions',
    });
  });
});
