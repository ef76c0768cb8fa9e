import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Caller } from '../../core/caller.ts';
import type { Leases, NodeLease } from '../../core/leases.ts';
import { MemoryLease } from '../../core/memory-leases.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { createConversation } from '../conversations/conversations.ts';
import { createStage, type Stage, type Watch } from '../testing/stage.ts';
import { PRESENCE_GRACE_MS, Roster, TELLING_RETRY_MS, TELLING_TRIES } from './roster.ts';
import { AUDIENCE_PEOPLE, audiencesOf } from './store.ts';

/** A database whose queries wait for what the test says first, and fail with it. */
function behind(prisma: PrismaClient, turn: () => Promise<void>, answered?: () => void): PrismaClient {
  return prisma.$extends({
    query: {
      async $allOperations({ args, query }) {
        try {
          await turn();
          return (await query(args)) as unknown;
        } finally {
          answered?.();
        }
      },
    },
  }) as unknown as PrismaClient;
}

/** The lease of a node beside others: what they do, and what is heard of them when, is the test's to say. */
function besideOthers() {
  const alone = new MemoryLease();
  const others = { leave: (): Promise<boolean> => Promise.resolve(true), isShared: true };
  const told = { expired: (_ids: string[], _at: Date): void => undefined, shared: (): void => undefined };
  const leases: Leases = {
    ...alone.space('presence'),
    get isShared() {
      return others.isShared;
    },
    async leave(key) {
      await alone.space('presence').leave(key);
      return await others.leave();
    },
    onExpired: (listener) => (told.expired = listener),
    onShared: (listener) => (told.shared = listener),
  };
  const lease: NodeLease = Object.assign(new MemoryLease(), { space: () => leases });
  return { lease, others, told };
}

describe.each(databases())('the roster on $kind', ({ open }) => {
  let database: TestDatabase;
  let stage: Stage;
  let clock: ManualClock;
  let roster: Roster;
  let failures: number;
  let turn: () => Promise<void>;
  /** Queries that are not answered. */
  let underWay: number;
  let ana: Caller;
  let room: Watch;

  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    clock = new ManualClock();
    stage = createStage(database.prisma, { clock });
    failures = 0;
    turn = () => Promise.resolve();
    underWay = 0;
    const begin = () => {
      underWay += 1;
      return turn();
    };
    roster = new Roster({
      ...stage.services,
      db: behind(database.prisma, begin, () => (underWay -= 1)),
      log: pino({ level: 'warn' }, { write: () => void (failures += 1) }),
    });
    ana = await stage.person('ana');
    const ben = await stage.person('ben');
    const { id } = await createConversation(stage.services, ana, { participantIds: [ben.id] });
    room = stage.room(ben, id);
    await room.next('joined');
  });
  afterEach(async () => {
    await roster[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });
  afterAll(() => database.close());

  const fail = () => Promise.reject(new Error('the database is away'));
  const told = () =>
    room.seen.filter(({ event }) => event.type === 'presence').map(({ event }) => event.payload);
  const presence = (online: boolean, lastSeenAt: Date | null) => ({ userId: ana.id, online, lastSeenAt });
  const saved = async () =>
    (await database.prisma.user.findUniqueOrThrow({ where: { id: ana.id } })).lastSeenAt;
  const leave = (): Date => {
    const leftAt = new Date(clock.now());
    roster.disconnected(ana);
    clock.advance(PRESENCE_GRACE_MS);
    return leftAt;
  };

  it('tells again what could not be told', async () => {
    roster.connected(ana);
    await expect.poll(told).toEqual([presence(true, null)]);
    turn = fail;
    const leftAt = leave();
    await expect.poll(() => failures).toBe(1);
    expect(await saved()).toBeNull();
    turn = () => Promise.resolve();
    clock.advance(TELLING_RETRY_MS);
    await expect.poll(told).toEqual([presence(true, null), presence(false, leftAt)]);
    expect(await saved()).toEqual(leftAt);
    roster.connected(ana);
    await expect.poll(told).toHaveLength(3);
    expect(told()[2]).toEqual(presence(true, leftAt));
  });

  it('gives up telling of one who has left, and tells when they come back', async () => {
    roster.connected(ana);
    await expect.poll(told).toEqual([presence(true, null)]);
    turn = fail;
    leave();
    for (let tries = 1; tries <= TELLING_TRIES; tries += 1) {
      await expect.poll(() => failures).toBe(tries);
      clock.advance(TELLING_RETRY_MS);
    }
    turn = () => Promise.resolve();
    roster.connected(ana);
    await expect.poll(told).toEqual([presence(true, null), presence(true, null)]);
    expect(failures).toBe(TELLING_TRIES);
  });

  it('tells of one who is here once the database is back', async () => {
    turn = fail;
    roster.connected(ana);
    await expect.poll(() => failures).toBe(1);
    expect(roster.isOnline(ana.id)).toBe(true);
    turn = () => Promise.resolve();
    clock.advance(TELLING_RETRY_MS);
    await expect.poll(told).toEqual([presence(true, null)]);
  });

  it('saves when one was last seen who came and left faster than the database answers', async () => {
    let [waiting, answer] = [false, (): void => undefined];
    const answered = new Promise<void>((resolve) => (answer = resolve));
    turn = () => {
      waiting = true;
      return answered;
    };
    roster.connected(ana);
    await expect.poll(() => waiting).toBe(true);
    const leftAt = leave();
    answer();
    await expect.poll(saved).toEqual(leftAt);
    await expect.poll(() => underWay).toBe(0);
    expect(told()).toEqual([]);
    // What is told next is what the database says: the roster has forgotten her.
    const other = new Date(0);
    await database.prisma.user.update({ where: { id: ana.id }, data: { lastSeenAt: other } });
    roster.connected(ana);
    await expect.poll(told).toEqual([presence(true, other)]);
  });

  it('tells who was at a node that died while it was asked whether anybody else has them', async () => {
    const { lease, others, told: beside } = besideOthers();
    await using second = new Roster({ ...stage.services, lease });
    second.connected(ana);
    await expect.poll(told).toEqual([presence(true, null)]);
    let [asked, answer] = [false, (_isLast: boolean): void => undefined];
    others.leave = () => {
      asked = true;
      return new Promise((resolve) => (answer = resolve));
    };
    const leftAt = new Date(clock.now());
    second.disconnected(ana);
    clock.advance(PRESENCE_GRACE_MS);
    await expect.poll(() => asked).toBe(true);
    others.leave = () => Promise.resolve(true);
    beside.expired([ana.id], leftAt);
    answer(false);
    await expect.poll(told).toEqual([presence(true, null), presence(false, leftAt)]);
    expect(second.isOnline(ana.id)).toBe(false);
  });

  it('tells nothing that has changed meanwhile, when other nodes hear again', async () => {
    const { lease, others, told: beside } = besideOthers();
    let [asked, answer] = [false, (): void => undefined];
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await using second = new Roster({ ...stage.services, db: behind(database.prisma, () => turn()), lease });
    others.isShared = false;
    second.connected(ana);
    await expect.poll(told).toEqual([presence(true, null)]);
    others.isShared = true;
    turn = () => {
      asked = true;
      turn = () => Promise.resolve();
      return answered;
    };
    beside.shared();
    await expect.poll(() => asked).toBe(true);
    const leftAt = new Date(clock.now());
    second.disconnected(ana);
    clock.advance(PRESENCE_GRACE_MS);
    await expect.poll(told).toEqual([presence(true, null), presence(false, leftAt)]);
    answer();
    await expect.poll(told).toHaveLength(3);
    expect(told().at(-1)).toEqual(presence(false, leftAt));
  });

  it('tells of many who come at once, and who leave at once, with a few queries', async () => {
    const people = await Promise.all(Array.from({ length: 40 }, () => stage.person('crowd')));
    const { id } = await createConversation(stage.services, ana, {
      participantIds: people.map((person) => person.id),
      title: 'Crowd',
    });
    const watch = stage.room(ana, id);
    await watch.next('joined');
    let queries = 0;
    turn = () => {
      queries += 1;
      return Promise.resolve();
    };
    for (const person of people) roster.connected(person);
    const online = () => watch.seen.filter(({ event }) => event.type === 'presence').length;
    await expect.poll(online).toBe(people.length);
    expect(queries).toBeGreaterThan(0);
    expect(queries).toBeLessThanOrEqual(4);
    queries = 0;
    const leftAt = new Date(clock.now());
    for (const person of people) roster.disconnected(person);
    clock.advance(PRESENCE_GRACE_MS);
    await expect.poll(online).toBe(2 * people.length);
    expect(queries).toBeLessThanOrEqual(8);
    const where = { id: { in: people.map((person) => person.id) } };
    const rows = await database.prisma.user.findMany({ where, select: { lastSeenAt: true } });
    expect(rows).toEqual(people.map(() => ({ lastSeenAt: leftAt })));
  });

  it('tells of one person to a bounded number of people, those with the newest activity', async () => {
    const ids = Array.from({ length: AUDIENCE_PEOPLE + 5 }, (_, index) => `crowd-${index}`);
    const { prisma } = database;
    await prisma.user.createMany({ data: ids.map((id) => ({ id, username: id, usernameKey: id })) });
    const [quiet, lively] = ['quiet', 'lively'];
    const at = new Date();
    for (const [index, id] of [quiet, lively].entries()) {
      const activityAt = new Date(at.getTime() + index * 1_000);
      await prisma.conversation.create({
        data: { id, kind: 'group', createdById: ana.id, createdAt: at, activityAt },
      });
    }
    const rows = [
      ...ids.map((userId) => ({ conversationId: quiet, userId, joinedAt: at })),
      ...ids.slice(-3).map((userId) => ({ conversationId: lively, userId, joinedAt: at })),
      ...[quiet, lively].map((conversationId) => ({ conversationId, userId: ana.id, joinedAt: at })),
    ];
    await prisma.participant.createMany({ data: rows });
    const audiences = await audiencesOf(prisma, [ana.id, ids[0] ?? '', 'nobody']);
    expect(new Set(audiences.keys())).toEqual(new Set([ana.id, ids[0]]));
    expect(audiences.get(ids[0] ?? '')?.rooms).toEqual([quiet]);
    const { rooms = [], people = [] } = audiences.get(ana.id) ?? {};
    expect(rooms.slice(0, 2)).toEqual([lively, quiet]);
    expect(new Set(people).size).toBe(AUDIENCE_PEOPLE);
    expect(people.slice(0, 3).toSorted()).toEqual(ids.slice(-3).toSorted());
    expect(people).not.toContain(ana.id);
  });
});
