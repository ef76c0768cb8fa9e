/** What the nodes of one deployment share: in Redis where there is one, in this process where it is the only node. */
import type { Bus } from '../bus/bus.ts';
import { EmitterBus } from '../bus/emitter-bus.ts';
import { RedisBus } from '../bus/redis-bus.ts';
import type { Clock } from './clock.ts';
import type { Closing } from './closing.ts';
import type { NodeLease } from './leases.ts';
import type { Logger } from './logger.ts';
import { MemoryLease } from './memory-leases.ts';
import { watchNodes, type Metrics } from './metrics.ts';
import { RedisLease } from './redis-leases.ts';
import { RedisLink } from './redis-link.ts';
import { readRedisUrl, redisUnusable, type RedisPlace } from './redis-place.ts';

export interface SharedOptions {
  redisUrl: string | undefined;
  wrapBus: ((bus: Bus) => Bus) | undefined;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  closing: Closing;
}

export interface Shared {
  bus: Bus;
  lease: NodeLease;
  /** For counters; undefined on the only node. */
  redis: RedisLink | undefined;
}

/** @throws StartupError in one line when Redis cannot be used. */
export async function openShared(options: SharedOptions): Promise<Shared> {
  const { redisUrl, wrapBus, log, metrics, closing } = options;
  const place = redisUrl === undefined ? undefined : readRedisUrl(redisUrl);
  const own =
    place === undefined
      ? new EmitterBus((error) => log.error({ err: error }, 'a listener failed'))
      : await RedisBus.open({ ...options, place });
  closing.add(() => own.close());
  const bus = wrapBus?.(own) ?? own;
  closing.add(() => bus.close());
  const { lease, redis } =
    place === undefined ? { lease: new MemoryLease(), redis: undefined } : await openLease(options, place);
  watchNodes(metrics, { bus, lease });
  return { bus, lease, redis };
}

async function openLease(options: SharedOptions, place: RedisPlace) {
  const { closing } = options;
  const redis = await RedisLink.open({ ...options, place, name: 'state' });
  closing.add(() => redis.close());
  await requireWrites(redis, place);
  const lease = new RedisLease({ ...options, link: redis });
  closing.add(() => lease[Symbol.asyncDispose]());
  return { lease, redis };
}

/** A replica answers too, and a server without memory: nodes would take each other for dead, and rates count nothing. */
async function requireWrites({ client }: RedisLink, place: RedisPlace): Promise<void> {
  try {
    await client.eval("return redis.call('SET', KEYS[1], '', 'PX', 1)", 1, 'parley:probe');
  } catch (error) {
    throw redisUnusable(place, error);
  }
}
