// A connection to Redis of a process that stands still: garbage is collected, the machine is paused.
import { setImmediate } from 'node:timers/promises';

import { describe, expect, inject, it } from 'vitest';

import { systemClock } from '../../server/src/core/clock.ts';
import { REDIS_TIMES, RedisLink } from '../../server/src/core/redis-link.ts';
import { readRedisUrl } from '../../server/src/core/redis-place.ts';
import { silent } from '../../server/src/core/testing/databases.ts';

/** Nothing of this process runs meanwhile. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe.runIf(inject('redisUrl'))('a connection to Redis', () => {
  it.each([1.2, 1.8, 2.5])(
    'is kept by a process that stood still for %d of its time to answer',
    async (times) => {
      const place = readRedisUrl(inject('redisUrl') ?? '');
      const link = await RedisLink.open({ place, name: 'still', clock: systemClock, log: silent });
      let falls = 0;
      link.onDown(() => (falls += 1));
      const at = systemClock.now();
      const suspected = link.client.ping().catch(() => link.suspect(at));
      standStill(times * REDIS_TIMES.commandMs);
      await suspected;
      // What was to be done is done in the turn after.
      await setImmediate();
      await setImmediate();
      expect({ falls, isUp: link.isUp }).toEqual({ falls: 0, isUp: true });
      expect(await link.client.ping()).toBe('PONG');
      await link.close();
    },
  );
});
