import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { systemClock, type Clock } from '../../core/clock.ts';
import type { Services } from '../../core/services.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { testServices } from '../../core/testing/services.ts';
import { inboxTopic, roomTopic } from '../../core/topics.ts';
import { OfferClock } from './expiry.ts';
import { updateOffer } from './offers.ts';
import { offerReplay } from './replay.ts';
import { addOffer, addTalk, refusalOf, toldIn, type Talk } from './testing/talk.ts';

/** Repeats when the test says so; what happens once is not an offer clock's. */
class HandClock implements Clock {
  readonly #calls = new Set<() => void>();

  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }

  after(ms: number, call: () => void): Disposable {
    return systemClock.after(ms, call);
  }

  every(_ms: number, call: () => void): Disposable {
    this.#calls.add(call);
    return { [Symbol.dispose]: () => this.#calls.delete(call) };
  }

  tick(): void {
    for (const call of this.#calls) call();
  }
}

const past = (ms = 1_000) => new Date(Date.now() - ms);
const future = () => new Date(Date.now() + 3_600_000);

describe.each(databases())('the offer clock on $kind', ({ open }) => {
  let database: TestDatabase;
  let services: Services;
  let clock: HandClock;
  let talk: Talk;
  let logged: string[];

  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    clock = new HandClock();
    logged = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
    services = testServices(database.prisma, { replays: [offerReplay], clock, log });
    talk = await addTalk(services);
  });
  afterAll(() => database.close());

  const statusOf = async (id: string) =>
    (await database.prisma.offer.findUniqueOrThrow({ where: { id } })).status;
  const updates = async () =>
    (await toldIn(services, roomTopic(talk.id))).filter(({ type }) => type === 'offer-update').length;

  it('expires at its start what passed while every node was down, and tells the room and both parties', async () => {
    const id = await addOffer(services, talk, { expiresAt: past() });
    await using offers = new OfferClock(services);
    expect(await offers.sweep()).toBe(1);
    for (const topic of [roomTopic(talk.id), inboxTopic(talk.author.id), inboxTopic(talk.recipient.id)]) {
      expect(await toldIn(services, topic)).toMatchObject([
        {
          type: 'offer-update',
          payload: { offerId: id, status: 'expired', offer: { status: 'expired', version: 2 } },
        },
      ]);
    }
    expect(await toldIn(services, inboxTopic(talk.third.id))).toEqual([]);
  });

  it('expires at a tick what has passed since', async () => {
    await using offers = new OfferClock(services);
    expect(await offers.sweep()).toBe(0);
    const id = await addOffer(services, talk, { expiresAt: past() });
    clock.tick();
    await expect.poll(() => statusOf(id)).toBe('expired');
    await offers.sweep();
  });

  it('leaves alone what is not over, has no end, or was answered', async () => {
    const ids = [
      await addOffer(services, talk, { expiresAt: future() }),
      await addOffer(services, talk),
      await addOffer(services, talk, { status: 'accepted', expiresAt: past() }),
      await addOffer(services, talk, { status: 'declined', expiresAt: past() }),
    ];
    await using offers = new OfferClock(services);
    expect(await offers.sweep()).toBe(0);
    expect(await Promise.all(ids.map(statusOf))).toEqual(['pending', 'pending', 'accepted', 'declined']);
    expect(await updates()).toBe(0);
  });

  it('expires each offer once, however many nodes sweep and people answer', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1)
      ids.push(await addOffer(services, talk, { expiresAt: past(1_000 + index) }));
    await using one = new OfferClock(services, { pageSize: 5 });
    await using two = new OfferClock(services, { pageSize: 4 });
    const answers = ids.map((offerId) =>
      refusalOf(
        updateOffer(services, talk.recipient, { conversationId: talk.id, offerId, status: 'accepted' }),
      ),
    );
    await Promise.all([one.sweep(), two.sweep()]);
    for (const { reason, offer } of await Promise.all(answers)) {
      expect(reason).toBe('offer_not_open');
      expect(offer).toMatchObject({ status: 'expired', version: 2 });
    }
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['expired']));
    expect(await updates()).toBe(ids.length);
    expect(logged).toEqual([]);
  });

  it('goes through any number of pages, also of offers that end at the same time', async () => {
    const expiresAt = past();
    for (let index = 0; index < 7; index += 1) await addOffer(services, talk, { expiresAt });
    await using offers = new OfferClock(services, { pageSize: 2 });
    expect(await offers.sweep()).toBe(7);
  });

  it('passes over an offer that fails, logs it, and tries again', async () => {
    const failing = await addOffer(services, talk, { expiresAt: past(9_000) });
    const other = await addOffer(services, talk, { expiresAt: past(1_000) });
    const { prisma } = database;
    await prisma.$executeRawUnsafe(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`,
    );
    await prisma.$executeRawUnsafe(
      `CREATE TRIGGER refuse BEFORE UPDATE ON "Offer" FOR EACH ROW WHEN (OLD.id = '${failing}') EXECUTE FUNCTION refuse()`,
    );
    try {
      await using offers = new OfferClock(services, { pageSize: 1 });
      expect(await offers.sweep()).toBe(1);
      expect([await statusOf(failing), await statusOf(other)]).toEqual(['pending', 'expired']);
      expect(logged).toHaveLength(1);
      expect(logged[0]).toContain(failing);
    } finally {
      await prisma.$executeRawUnsafe(`DROP FUNCTION refuse() CASCADE`);
    }
    await using offers = new OfferClock(services);
    expect(await offers.sweep()).toBe(1);
    expect(await statusOf(failing)).toBe('expired');
  });

  it('stops when disposed', async () => {
    const offers = new OfferClock(services);
    await offers[Symbol.asyncDispose]();
    const id = await addOffer(services, talk, { expiresAt: past() });
    clock.tick();
    expect(await offers.sweep()).toBe(0);
    expect(await statusOf(id)).toBe('pending');
  });

  it('logs a database that cannot be reached, and throws nothing', async () => {
    const gone = await open();
    await gone.close();
    await using offers = new OfferClock({ ...services, db: gone.prisma });
    expect(await offers.sweep()).toBe(0);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('overdue offers could not be looked for');
  });
});
