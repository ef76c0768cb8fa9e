// The bus over a Redis that stops, forgets, cuts connections, freezes and goes half-open.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import type { Frame } from '../../server/src/bus/frame.ts';
import { REDIS_BUS_LIMITS, RedisBus } from '../../server/src/bus/redis-bus.ts';
import { systemClock } from '../../server/src/core/clock.ts';
import { createMetrics, type Metrics } from '../../server/src/core/metrics.ts';
import { readRedisUrl } from '../../server/src/core/redis-place.ts';
import { StartupError } from '../../server/src/core/startup-error.ts';
import { silent } from '../../server/src/core/testing/databases.ts';
import { recordedLog } from '../../server/src/core/testing/recorded-log.ts';
import { freePort } from '../harness/free-port.ts';
import { Proxy } from '../harness/proxy.ts';
import { startRedis, type RedisServer } from '../harness/redis.ts';

const frame = (seq: number): Frame => ({ seq, type: 'message', body: `${seq}` });

const open = (url: string, metrics = createMetrics(), limits: Partial<typeof REDIS_BUS_LIMITS> = {}) =>
  RedisBus.open({ place: readRedisUrl(url), clock: systemClock, log: silent, metrics, limits });

const dropped = async ({ busDropped }: Metrics, cause: string) =>
  (await busDropped.get()).values.find(({ labels }) => labels.cause === cause)?.value ?? 0;

/** Longer than a busy machine needs. */
const SOON_MS = 15_000;
const soon = { timeout: SOON_MS };

describe.runIf(inject('redisUrl'))('the Redis bus', () => {
  let redis: RedisServer;
  let metrics: Metrics;
  let here: RedisBus;
  let there: RedisBus;
  /** What has come to the node that only listens, and how often it was told of a loss. */
  let heard: number[];
  let losses: number;
  beforeEach(async () => {
    const started = await startRedis();
    if (started === undefined) throw new Error('there was a Redis a moment ago');
    redis = started;
    metrics = createMetrics();
    [here, there] = [await open(redis.url, metrics), await open(redis.url)];
    [heard, losses] = [[], 0];
    await there.subscribe('c:1', ({ seq }) => heard.push(seq ?? 0));
    there.onLoss(() => (losses += 1));
  });
  afterEach(async () => {
    await here.close();
    await there.close();
    await redis[Symbol.asyncDispose]();
  });

  const bothUp = (up: boolean) => expect.poll(() => [here.isUp, there.isUp], soon).toEqual([up, up]);
  async function carries() {
    const seq = Math.floor(Math.random() * 1e9);
    here.publish('c:1', frame(seq));
    await expect.poll(() => heard, soon).toContain(seq);
  }

  it('serves its own listeners while Redis is away, and everyone when it is back', async () => {
    const own: number[] = [];
    await here.subscribe('c:1', ({ seq }) => own.push(seq ?? 0));
    await redis.stop();
    await bothUp(false);
    here.publish('c:1', frame(7));
    await expect.poll(() => own).toEqual([7]);
    expect(await dropped(metrics, 'away')).toBe(1);
    const late: number[] = [];
    await there.subscribe('c:2', ({ seq }) => late.push(seq ?? 0));

    await redis.start();
    await bothUp(true);
    await expect.poll(() => losses).toBe(1);
    await carries();
    here.publish('c:2', frame(8));
    await expect.poll(() => late).toEqual([8]);
    expect(heard).not.toContain(7);
    expect((await metrics.busReconnects.get()).values[0]?.value).toBe(2);
  });

  it('has every subscription again after a reconnect, and none that was given up', async () => {
    const topics = Array.from(
      { length: 2 * REDIS_BUS_LIMITS.subscriptions + 1 },
      (_, index) => `c:many-${index}`,
    );
    const met: string[] = [];
    const leaves = await Promise.all(topics.map((topic) => there.subscribe(topic, () => met.push(topic))));
    leaves.shift()?.();
    await redis.kill();
    await bothUp(false);
    leaves.shift()?.();
    await redis.start();
    await bothUp(true);
    for (const topic of topics) here.publish(topic, frame(1));
    await expect.poll(() => met, soon).toEqual(topics.slice(2));
    const channels = async () =>
      await redis.command('PUBSUB SHARDNUMSUB parley:1:0:c:many-0 parley:1:0:c:many-1');
    expect(await channels()).toBe('*4');
    expect(await redis.command('PUBSUB SHARDCHANNELS parley:1:0:c:many-[01]')).toBe('*0');
  });

  it('bears a Redis that is flushed', async () => {
    await redis.command('FLUSHALL');
    await carries();
    expect(losses).toBe(0);
  });

  it.each([
    ['normal', 0],
    ['pubsub', 3],
  ])('connects again when Redis cuts its %s connections', async (type, missed) => {
    for (let round = 1; round <= 3; round += 1) {
      await redis.command(`CLIENT KILL TYPE ${type}`);
      await expect
        .poll(async () => {
          here.publish('c:1', frame(round));
          await new Promise((resolve) => setTimeout(resolve, 20));
          return heard.at(-1);
        }, soon)
        .toBe(round);
      await bothUp(true);
    }
    await expect.poll(() => losses).toBe(missed);
  });

  it('gives up a Redis that hangs, and goes on when it wakes', async () => {
    redis.freeze();
    const began = Date.now();
    // Nobody waits for a server that does not answer.
    const leave = await there.subscribe('c:2', () => undefined);
    leave();
    await bothUp(false);
    expect(Date.now() - began).toBeLessThan(SOON_MS);
    redis.thaw();
    await bothUp(true);
    await carries();
    expect(losses).toBeGreaterThan(0);
  });

  it('does not blame Redis when this process itself stood still', async () => {
    // Long enough that the time of what is under way is over.
    for (let round = 0; round < 3; round += 1) {
      here.publish('c:1', frame(round));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
      await carries();
    }
    expect((await metrics.busReconnects.get()).values[0]?.value ?? 0).toBe(0);
    expect([here.isUp, there.isUp, losses]).toEqual([true, true, 0]);
  });

  it('notices a connection that has gone half-open', async () => {
    await using wire = await Proxy.open(() => [redis.port]);
    const far = await open(`redis://127.0.0.1:${wire.port}`);
    try {
      const met: number[] = [];
      await far.subscribe('c:1', ({ seq }) => met.push(seq ?? 0));
      wire.weather = { silent: true };
      await expect.poll(() => far.isUp, soon).toBe(false);
      wire.weather = {};
      await expect.poll(() => far.isUp, soon).toBe(true);
      here.publish('c:1', frame(3));
      await expect.poll(() => met).toEqual([3]);
    } finally {
      await far.close();
    }
  });

  it.each([{ frames: 3 }, { bytes: 300 }])('drops what is more than may wait: %j', async (limits) => {
    const counted = createMetrics();
    const narrow = await open(redis.url, counted, limits);
    try {
      for (let seq = 1; seq <= 10; seq += 1) narrow.publish('c:1', { ...frame(seq), body: 'x'.repeat(50) });
      await expect.poll(() => heard.length).toBeGreaterThan(0);
      expect(await dropped(counted, 'slow')).toBeGreaterThan(5);
      // What was answered makes room again.
      heard.length = 0;
      await expect
        .poll(() => {
          narrow.publish('c:1', frame(11));
          return heard;
        })
        .toContain(11);
    } finally {
      await narrow.close();
    }
  });

  it('drops what is no frame', async () => {
    const counted = createMetrics();
    const listening = await open(redis.url, counted);
    try {
      await listening.subscribe('c:1', () => undefined);
      await redis.command('SPUBLISH parley:1:0:c:1 "rubbish"');
      await expect.poll(() => dropped(counted, 'malformed')).toBe(1);
      await carries();
    } finally {
      await listening.close();
    }
  });

  it('keeps the databases of one Redis apart', async () => {
    const other = await open(`${redis.url}/1`);
    try {
      other.publish('c:1', frame(99));
      await carries();
      expect(heard).not.toContain(99);
    } finally {
      await other.close();
    }
  });

  it('sends what was published before it closes', async () => {
    for (let seq = 1; seq <= 100; seq += 1) here.publish('c:1', frame(seq));
    await here.close();
    await expect.poll(() => heard.length).toBe(100);
  });

  it('connects again once its password is good, and logs neither', async () => {
    const { log, lines } = recordedLog();
    await redis.command('CONFIG SET requirepass first-secret');
    const place = readRedisUrl(`redis://:first-secret@127.0.0.1:${redis.port}`);
    const bus = await RedisBus.open({ place, clock: systemClock, log, metrics: createMetrics() });
    try {
      await redis.command('AUTH first-secret\r\nCONFIG SET requirepass other-secret');
      await redis.command('AUTH other-secret\r\nCLIENT KILL TYPE normal SKIPME yes');
      await redis.command('AUTH other-secret\r\nCLIENT KILL TYPE pubsub SKIPME yes');
      await expect.poll(() => bus.isUp, soon).toBe(false);
      await redis.command('AUTH other-secret\r\nCONFIG SET requirepass first-secret');
      await expect.poll(() => bus.isUp, soon).toBe(true);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.join('')).not.toMatch(/secret/);
    } finally {
      await bus.close();
    }
  });

  it('does not open on a cluster', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
    try {
      await using cluster = await startRedis({ settings: ['--cluster-enabled', 'yes', '--dir', directory] });
      await expect(open(cluster?.url ?? '')).rejects.toThrow(/ is a cluster, and one server is needed/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('does not open in one clear line that tells no password', async () => {
    const port = await freePort();
    const why = async (url: string) => {
      const error = await open(url).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(StartupError);
      return (error as StartupError).message;
    };
    expect(await why(`redis://ana:secret@127.0.0.1:${port}`)).toBe(
      `Redis at 127.0.0.1:${port} cannot be used: nothing listens there (see REDIS_URL)`,
    );
    await redis.command('CONFIG SET requirepass secret');
    const place = `Redis at 127.0.0.1:${redis.port} cannot be used`;
    const password = `${place}: it refused the user or the password (see REDIS_URL)`;
    expect(await why(redis.url)).toBe(password);
    expect(await why(`redis://:wrong@127.0.0.1:${redis.port}`)).toBe(password);
    expect(await why(`redis://:secret@127.0.0.1:${redis.port}/99`)).toBe(
      `${place}: the database does not exist (see REDIS_URL)`,
    );
    redis.freeze();
    const began = Date.now();
    expect(await why(`redis://:secret@127.0.0.1:${redis.port}`)).toBe(
      `${place}: it does not answer (see REDIS_URL)`,
    );
    expect(Date.now() - began).toBeLessThan(SOON_MS);
  });
});
