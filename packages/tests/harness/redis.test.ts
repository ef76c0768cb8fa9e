import { describe, expect, inject, it } from 'vitest';

import { startRedis } from './redis.ts';

describe.runIf(inject('redisUrl'))('a Redis of the harness', () => {
  it('does not take another server for its own', async () => {
    await using other = await startRedis();
    await expect(startRedis({ port: other?.port ?? 0 })).rejects.toThrow('Redis did not start');
  });

  it('answers, is silent when it is frozen, and is empty after it was killed and started', async () => {
    await using redis = await startRedis();
    if (redis === undefined) throw new Error('there was a Redis a moment ago');
    expect(await redis.command('SET key value')).toBe('+OK');
    redis.freeze();
    await expect(redis.command('PING')).rejects.toThrow('Redis does not answer');
    redis.thaw();
    expect(await redis.command('GET key')).toBe('$5');
    await redis.kill();
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED');
    await redis.start();
    expect(await redis.command('GET key')).toBe('$-1');
    await redis.stop();
    await redis.stop();
  });
});
