// How they behave between nodes, and when one dies or Redis fails, is in packages/tests/faults.
import { describe, inject } from 'vitest';

import { systemClock } from './clock.ts';
import { describeLeases } from './leases.suite.ts';
import { RedisLease } from './redis-leases.ts';
import { RedisLink } from './redis-link.ts';
import { readRedisUrl } from './redis-place.ts';
import { silent } from './testing/databases.ts';

const url = inject('redisUrl') ?? '';
/** A database of the run's Redis that no other test uses. */
const DATABASE = 7;

describe.runIf(url)('on a Redis', () => {
  describeLeases('leases in Redis', async () => {
    const parts = { clock: systemClock, log: silent };
    const link = await RedisLink.open({ ...parts, place: readRedisUrl(`${url}/${DATABASE}`), name: 'test' });
    await link.client.flushdb();
    const lease = new RedisLease({ ...parts, link, times: { renewMs: 100 } });
    return Object.assign(lease, {
      [Symbol.asyncDispose]: async () => {
        await RedisLease.prototype[Symbol.asyncDispose].call(lease);
        await link.close();
      },
    });
  });
});
