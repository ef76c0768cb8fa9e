import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import { createConversation } from '../conversations/conversations.ts';
import { createStage, testConnection, type Stage } from '../testing/stage.ts';
import { presenceOf } from './presence.ts';
import { PRESENCE_GRACE_MS } from './roster.ts';

describe.each(databases())('presence on $kind', ({ open }) => {
  let database: TestDatabase;
  let stage: Stage;
  let clock: ManualClock;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    clock = new ManualClock();
    stage = createStage(database.prisma, { clock });
  });
  afterEach(() => stage[Symbol.asyncDispose]());
  afterAll(() => database.close());

  async function talk() {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const { id } = await createConversation(stage.services, ana, { participantIds: [ben.id] });
    return { ana, ben, id };
  }

  it('tells the room and the inboxes once online and once offline, however many devices', async () => {
    const { ana, ben, id } = await talk();
    const [room, inbox] = [stage.room(ben, id), stage.inbox(ben)];
    await room.next('joined');
    await inbox.next('connected');
    const devices = [testConnection(), testConnection(), testConnection()];
    for (const _device of devices) stage.roster.connected(ana);
    expect((await room.next('presence')).event.payload).toEqual({
      userId: ana.id,
      online: true,
      lastSeenAt: null,
    });
    await inbox.next('presence');
    for (const _device of devices) stage.roster.disconnected(ana);
    const left = new Date(clock.now());
    clock.advance(PRESENCE_GRACE_MS);
    await expect.poll(() => room.types().filter((type) => type === 'presence').length).toBe(2);
    await expect.poll(() => inbox.types().filter((type) => type === 'presence').length).toBe(2);
    expect(room.seen.at(-1)?.event.payload).toEqual({ userId: ana.id, online: false, lastSeenAt: left });
    expect(await presenceOf(stage.services, ben, { userIds: [ana.id] })).toEqual([
      { userId: ana.id, online: false, lastSeenAt: left },
    ]);
  });

  it('says nothing of one who reconnects within the grace', async () => {
    const { ana, ben, id } = await talk();
    const room = stage.room(ben, id);
    await room.next('joined');
    stage.roster.connected(ana);
    await room.next('presence');
    stage.roster.disconnected(ana);
    clock.advance(PRESENCE_GRACE_MS - 1);
    expect(stage.roster.isOnline(ana.id)).toBe(true);
    stage.roster.connected(ana);
    clock.advance(10 * PRESENCE_GRACE_MS);
    expect(await stage.roster.everyone()).toEqual([ana.id]);
    stage.services.announce.toRoom(id, 'typing', {
      userId: 'x',
      username: 'x',
      conversationId: id,
      isTyping: true,
    });
    await room.next('typing');
    expect(room.types()).toEqual(['joined', 'presence', 'typing']);
  });

  it('is told only of people one shares a conversation with', async () => {
    const { ana, ben } = await talk();
    const eve = await stage.person('eve');
    stage.roster.connected(ana);
    const ask = async (who: typeof ana) =>
      (await presenceOf(stage.services, who, { userIds: [ana.id] })).map(({ online }) => online);
    expect([await ask(ben), await ask(ana), await ask(eve)]).toEqual([[true], [true], []]);
  });

  it('tells the others who opens the room first and leaves it last', async () => {
    const { ana, ben, id } = await talk();
    const watching = stage.room(ben, id);
    await watching.next('joined');
    const [phone, laptop] = [stage.room(ana, id), stage.room(ana, id)];
    await phone.next('joined');
    await laptop.next('joined');
    await phone.stop();
    await laptop.stop();
    await watching.next('user-left');
    const visits = watching.seen.filter(({ event }) => event.type.startsWith('user-'));
    const payload = { userId: ana.id, username: ana.username, conversationId: id };
    expect(visits.map(({ event }) => event)).toEqual([
      { type: 'user-joined', payload },
      { type: 'user-left', payload },
    ]);
  });
});
