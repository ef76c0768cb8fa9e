// How it fails and recovers is in packages/tests/faults: that needs a server of its own.
import { describe, inject } from 'vitest';

import { systemClock } from '../core/clock.ts';
import { createMetrics } from '../core/metrics.ts';
import { readRedisUrl } from '../core/redis-place.ts';
import { silent } from '../core/testing/databases.ts';
import { describeBus } from './bus.suite.ts';
import { describeNodes } from './nodes.suite.ts';
import { RedisBus } from './redis-bus.ts';

const url = inject('redisUrl') ?? '';

describe.runIf(url)('on a Redis', () => {
  const open = (onError?: (error: unknown) => void) =>
    RedisBus.open({
      place: readRedisUrl(url),
      clock: systemClock,
      log: silent,
      metrics: createMetrics(),
      ...(onError !== undefined && { onError }),
    });
  describeBus('the Redis bus', open);
  describeNodes('the Redis bus', () => open());
});
