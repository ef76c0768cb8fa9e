import type { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';

import type { Metrics } from './metrics.ts';
import { Refusal } from './refusal.ts';

interface Rate {
  /** Calls allowed … */
  points: number;
  /** … in so many seconds. */
  duration: number;
}

/** Every rate in one place. The key is the person, except where the name says otherwise. */
export const RATES = {
  send: { points: 300, duration: 10 },
  typing: { points: 60, duration: 10 },
  receipt: { points: 300, duration: 10 },
  offer: { points: 60, duration: 10 },
  conversation: { points: 120, duration: 60 },
  /** Mutations without a rate of their own. */
  write: { points: 120, duration: 10 },
  read: { points: 600, duration: 10 },
  subscribe: { points: 600, duration: 10 },
  registerPerIp: { points: 300, duration: 3_600 },
  sessionPerIp: { points: 600, duration: 60 },
  failedLoginPerIp: { points: 100, duration: 900 },
  failedLoginPerAccount: { points: 10, duration: 900 },
} satisfies Record<string, Rate>;

export type RateName = keyof typeof RATES;

interface Options {
  /** Multiplies every rate: a load test needs more than a person does. */
  factor?: number | undefined;
  /** Where all nodes count together. */
  redis?: Redis | undefined;
}

/**
 * Who may call how often. Counters live in Redis where there is one, so that a person has the same rate over all nodes,
 * and in this process otherwise and while Redis is away. Each is forgotten when its time is over.
 */
export class RateLimits {
  readonly #limiters = new Map<RateName, RateLimiterAbstract>();
  readonly #metrics: Metrics;

  constructor(metrics: Metrics, { factor = 1, redis }: Options = {}) {
    this.#metrics = metrics;
    for (const [name, { points, duration }] of Object.entries(RATES) as [RateName, Rate][]) {
      const rate = { keyPrefix: name, points: Math.ceil(points * factor), duration };
      const alone = new RateLimiterMemory(rate);
      const limiter =
        redis === undefined
          ? alone
          : new RateLimiterRedis({
              ...rate,
              keyPrefix: `parley:rate:${name}`,
              storeClient: redis,
              rejectIfRedisNotReady: true,
              insuranceLimiter: alone,
            });
      this.#limiters.set(name, limiter);
    }
  }

  /** Counts one call. Throws `rate_limited` with `retryAfterMs` when there were too many. */
  async consume(name: RateName, key: string): Promise<void> {
    try {
      await this.#limiter(name).consume(key);
    } catch (error) {
      throw this.#refusal(name, error);
    }
  }

  /** Throws like {@link consume} where the next call would be too many, and counts nothing. */
  async check(name: RateName, key: string): Promise<void> {
    const limiter = this.#limiter(name);
    const state = await limiter.get(key);
    if (state !== null && state.consumedPoints >= limiter.points) throw this.#refusal(name, state);
  }

  /** Forgets what a key has used. */
  async clear(name: RateName, key: string): Promise<void> {
    await this.#limiter(name).delete(key);
  }

  #limiter(name: RateName): RateLimiterAbstract {
    const limiter = this.#limiters.get(name);
    if (limiter === undefined) throw new Error(`no rate is named ${name}`);
    return limiter;
  }

  #refusal(name: RateName, cause: unknown): unknown {
    if (!(cause instanceof RateLimiterRes)) return cause;
    this.#metrics.rateLimited.inc({ limit: name });
    return new Refusal('rate_limited', { retryAfterMs: Math.max(1, Math.ceil(cause.msBeforeNext)) });
  }
}
