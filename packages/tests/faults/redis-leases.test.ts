// Leases of several nodes in one Redis: who is first and last, who takes over from the dead, and what a Redis that
// forgets or goes away does to them.
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { systemClock } from '../../server/src/core/clock.ts';
import { Closing } from '../../server/src/core/closing.ts';
import type { Leases } from '../../server/src/core/leases.ts';
import { createMetrics } from '../../server/src/core/metrics.ts';
import { openShared } from '../../server/src/core/open-shared.ts';
import { NODES_KEY } from '../../server/src/core/redis-lease-scripts.ts';
import { RedisLease } from '../../server/src/core/redis-leases.ts';
import { RedisLink } from '../../server/src/core/redis-link.ts';
import { readRedisUrl } from '../../server/src/core/redis-place.ts';
import { StartupError } from '../../server/src/core/startup-error.ts';
import { silent } from '../../server/src/core/testing/databases.ts';
import { ManualClock } from '../../server/src/core/testing/manual-clock.ts';
import { startRedis, type RedisServer } from '../harness/redis.ts';

const TIMES = { leaseMs: 5_000, renewMs: 200, departMs: 300 };
/** Of nodes that are not to die, though the machine stands still for a while. */
const LASTING = { ...TIMES, leaseMs: 60_000 };
/** … and where the others may come back a second later, and have much to write down then. */
const PATIENT = { ...LASTING, renewMs: 3_000 };
/** Longer than a busy machine needs. */
const soon = { timeout: 15_000 };

interface Node {
  lease: RedisLease;
  people: Leases;
  expired: string[];
  reaped: number;
  lost: number;
  isUp(): boolean;
  /** As if its process were killed. */
  die(): void;
  close(): Promise<void>;
}

describe.runIf(inject('redisUrl'))('leases in Redis', () => {
  let redis: RedisServer;
  let nodes: Node[];
  beforeEach(async () => {
    const started = await startRedis();
    if (started === undefined) throw new Error('there was a Redis a moment ago');
    redis = started;
    nodes = [];
  });
  afterEach(async () => {
    for (const node of nodes) await node.close();
    await redis[Symbol.asyncDispose]();
  });

  async function start({ clock = systemClock, times = TIMES } = {}): Promise<Node> {
    const link = await RedisLink.open({
      place: readRedisUrl(redis.url),
      name: 'test',
      clock: systemClock,
      log: silent,
    });
    const lease = new RedisLease({ link, clock, log: silent, times });
    const people = lease.space('presence');
    const node: Node = {
      lease,
      people,
      expired: [],
      reaped: 0,
      lost: 0,
      isUp: () => link.isUp,
      die: () => link.client.disconnect(),
      async close() {
        await lease[Symbol.asyncDispose]();
        await link.close();
      },
    };
    people.onExpired((keys) => node.expired.push(...keys));
    people.onReaped(() => (node.reaped += 1));
    lease.onLost(() => (node.lost += 1));
    nodes.push(node);
    return node;
  }

  it.each([
    ['CONFIG SET maxmemory 1', 'it has no memory left'],
    ['REPLICAOF 127.0.0.1 1', 'it is a replica, which takes no writes'],
    ['ACL SETUSER default -@scripting', 'its user may not do what is needed'],
  ])('are not begun where none can be written, as after %s', async (line, why) => {
    await redis.command(line);
    const closing = new Closing(silent);
    const opening = openShared({
      redisUrl: redis.url,
      wrapBus: undefined,
      clock: systemClock,
      log: silent,
      metrics: createMetrics(),
      closing,
    });
    const refusal = `Redis at 127.0.0.1:${redis.port} cannot be used: ${why} (see REDIS_URL)`;
    await expect(opening).rejects.toThrow(new StartupError(refusal));
    await closing.close();
  });

  it('know one first and one last of those who enter and leave at once', async () => {
    const three = [
      await start({ times: LASTING }),
      await start({ times: LASTING }),
      await start({ times: LASTING }),
    ];
    for (let round = 0; round < 20; round += 1) {
      const key = `person-${round}`;
      const entered = await Promise.all(three.map(({ people }) => people.enter(key)));
      expect(entered.filter(Boolean)).toHaveLength(1);
      for (const { people } of three) expect(await people.held([key, 'nobody'])).toEqual(new Set([key]));
      const left = await Promise.all(three.map(({ people }) => people.leave(key)));
      expect(left.filter(Boolean)).toHaveLength(1);
      for (const { people } of three) expect(await people.held([key])).toEqual(new Set());
    }
    expect(three.map(({ expired, reaped, lost }) => [expired.length, reaped, lost])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('give what a dead node held to exactly one that lives, but for what another holds too', async () => {
    const doomed = await start();
    const [one, two] = [await start({ times: LASTING }), await start({ times: LASTING })];
    const many = Array.from({ length: 2_500 }, (_, index) => `p${index}`);
    await Promise.all([...many, 'both'].map((key) => doomed.people.enter(key)));
    expect(await two.people.enter('both')).toBe(false);
    // Not one that is under way: its lease begins at a moment that is known.
    await doomed.lease.beat();
    const began = Date.now();
    await doomed.lease.beat();
    doomed.die();
    await expect.poll(() => one.expired.length + two.expired.length, soon).toBe(many.length);
    expect(Date.now() - began).toBeGreaterThan(TIMES.leaseMs - 100);
    const [heir, other] = one.expired.length > 0 ? [one, two] : [two, one];
    expect(heir.expired.toSorted()).toEqual(many.toSorted());
    expect(other.expired).toEqual([]);
    // They are held until the heir has told of them: whoever comes back meanwhile was never away.
    expect(await other.people.enter('p0')).toBe(false);
    expect(await heir.people.leave('p0')).toBe(false);
    expect(await heir.people.leave('p1')).toBe(true);
    expect(await two.people.leave('both')).toBe(true);
  });

  it('pass over soon when a node stops in good order', async () => {
    const [stopping, staying] = [await start({ times: LASTING }), await start({ times: LASTING })];
    await stopping.people.enter('ana');
    await stopping.close();
    expect(await staying.people.held(['ana'])).toEqual(new Set(['ana']));
    await expect.poll(() => staying.expired, soon).toEqual(['ana']);
  });

  it.each([
    ['is flushed', () => redis.command('FLUSHALL')],
    ['was started again', () => redis.kill().then(() => redis.start())],
  ])('are written down again when Redis %s, and nobody was the last meanwhile', async (_what, forget) => {
    const [one, two] = [await start({ times: PATIENT }), await start({ times: PATIENT })];
    for (const { people } of [one, two]) await people.enter('ana');
    const many = Array.from({ length: 12_000 }, (_, index) => `p${index}`);
    await Promise.all(many.map((key) => two.people.enter(key)));
    await forget();
    await expect.poll(() => redis.command('EXISTS parley:{leases}:since').catch(() => ''), soon).toBe(':1');
    await expect.poll(() => one.isUp(), soon).toBe(true);
    expect(await one.people.leave('ana')).toBe(false);
    await expect.poll(async () => (await one.people.all()).length, soon).toBe(many.length + 1);
    expect([one.lost, two.lost, one.reaped, two.reaped]).toEqual([0, 0, 0, 0]);
  });

  it('are written down again when Redis comes back with what it knew before, though nobody has asked', async () => {
    const [one, two] = [await start({ times: LASTING }), await start({ times: LASTING })];
    await one.people.enter('ana');
    await redis.command(
      `EVAL "for _, key in ipairs(redis.call('KEYS', 'parley:*:held:*')) do redis.call('DEL', key) end" 0`,
    );
    expect(await two.people.held(['ana'])).toEqual(new Set());
    await redis.command('CLIENT KILL TYPE normal');
    await expect.poll(() => two.people.held(['ana']), soon).toEqual(new Set(['ana']));
  });

  it('are this node’s own view while Redis is away, and are the same again when it is back', async () => {
    const [one, two] = [await start({ times: PATIENT }), await start({ times: PATIENT })];
    await one.people.enter('gone');
    redis.freeze();
    const began = Date.now();
    expect(await one.people.enter('ana')).toBe(true);
    expect(await two.people.enter('ana')).toBe(true);
    expect(await one.people.leave('gone')).toBe(true);
    expect(await two.people.held(['ana', 'gone'])).toEqual(new Set(['ana']));
    expect(await two.people.all()).toEqual(['ana']);
    // Five questions, a second each.
    expect(Date.now() - began).toBeLessThan(soon.timeout);
    redis.thaw();
    await expect.poll(() => two.isUp(), soon).toBe(true);
    expect(await two.people.leave('ana')).toBe(false);
    expect(await two.people.held(['ana', 'gone'])).toEqual(new Set(['ana']));
    expect(await one.people.leave('ana')).toBe(true);
  });

  it('are kept by nodes that live, when Redis comes back after they have ended, to one before the other', async () => {
    // Nobody beats but who comes back.
    const times = { ...LASTING, renewMs: 60_000 };
    const both = [await start({ times }), await start({ times })];
    for (const { lease } of both) await lease.beat();
    await Promise.all(both.map(({ people }, index) => people.enter(`p${index}`)));
    await redis.command(
      `EVAL "for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZADD', KEYS[1], 1, node) end" 1 ${NODES_KEY}`,
    );
    await redis.command('CLIENT KILL TYPE normal');
    await expect.poll(() => redis.command(`ZCOUNT ${NODES_KEY} 2 +inf`), soon).toBe(':2');
    for (const { lease } of both) await lease.beat();
    expect(both.map(({ expired, reaped, lost }) => [expired, reaped, lost])).toEqual([
      [[], 0, 0],
      [[], 0, 0],
    ]);
    for (const { people } of both) expect(await people.held(['p0', 'p1'])).toEqual(new Set(['p0', 'p1']));
  });

  it('are left soon after the clock of Redis has gone back', async () => {
    const one = await start();
    await one.people.enter('ana');
    await redis.command(`SET parley:{leases}:since ${Date.now() + 3_600_000}`);
    expect(await one.people.leave('ana')).toBe(true);
  }, 15_000);

  it('are lost by a node that was frozen for longer than its lease', async () => {
    const clock = new ManualClock();
    const [frozen, living] = [await start({ clock }), await start({ times: LASTING })];
    await frozen.people.enter('ana');
    await expect.poll(() => living.expired, soon).toEqual(['ana']);
    clock.advance(TIMES.renewMs);
    await expect.poll(() => frozen.reaped, soon).toBe(1);
    expect(frozen.lost).toBe(1);
    expect(await living.people.leave('ana')).toBe(true);
    // It lives again, and holds what it enters from here on.
    expect(await frozen.people.enter('ben')).toBe(true);
    expect(await living.people.all()).toEqual(['ben']);
    clock.advance(TIMES.renewMs);
    await frozen.lease.beat();
    expect([frozen.lost, frozen.reaped]).toEqual([1, 1]);
  });

  it('are not trusted by a node whose clock says that it slept, though nobody has missed it', async () => {
    const clock = new ManualClock();
    const alone = await start({ clock });
    await alone.people.enter('ana');
    // Time that no timer has seen.
    clock.sleep(TIMES.leaseMs);
    clock.advance(TIMES.renewMs);
    expect(alone.lost).toBe(1);
    expect(await alone.people.all()).toEqual(['ana']);
  });
});
