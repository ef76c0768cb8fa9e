// Of how many people it is remembered, while Redis is away, that the other nodes have not heard.
import { describe, expect, inject, it } from 'vitest';

import { systemClock } from '../../server/src/core/clock.ts';
import { RedisLease } from '../../server/src/core/redis-leases.ts';
import { RedisLink } from '../../server/src/core/redis-link.ts';
import { readRedisUrl } from '../../server/src/core/redis-place.ts';
import { databases, silent } from '../../server/src/core/testing/databases.ts';
import { createConversation } from '../../server/src/domains/conversations/conversations.ts';
import { Roster } from '../../server/src/domains/presence/roster.ts';
import { createStage } from '../../server/src/domains/testing/stage.ts';
import { startRedis } from '../harness/redis.ts';

describe.runIf(inject('redisUrl'))('presence while Redis is away', () => {
  it('is told again of a bounded number of people when it is back', async () => {
    const [kind] = databases();
    await using database = await kind.open();
    await using redis = await startRedis();
    if (redis === undefined) throw new Error('there was a Redis a moment ago');
    const parts = { clock: systemClock, log: silent };
    const link = await RedisLink.open({ ...parts, place: readRedisUrl(redis.url), name: 'test' });
    const lease = new RedisLease({ ...parts, link, times: { renewMs: 100 } });
    await using stage = createStage(database.prisma);
    await using roster = new Roster({ ...stage.services, lease, unsharedPeople: 2 });
    const ben = await stage.person('ben');
    const others = [await stage.person('ana'), await stage.person('eve'), await stage.person('dan')];
    const late = await stage.person('late');
    for (const { id } of [...others, late])
      await createConversation(stage.services, ben, { participantIds: [id] });
    const inbox = stage.inbox(ben);
    await inbox.next('connected');
    const told = () => inbox.types().filter((type) => type === 'presence').length;

    await redis.stop();
    await expect.poll(() => lease.space('presence').isShared).toBe(false);
    for (const [index, person] of others.entries()) {
      roster.connected(person);
      await expect.poll(told).toBe(index + 1);
    }
    await redis.start();
    await expect.poll(told, { timeout: 30_000 }).toBe(5);
    // A third would have been told before someone who comes only now.
    roster.connected(late);
    await expect.poll(() => inbox.seen.at(-1)?.event.payload).toMatchObject({ userId: late.id });
    expect(told()).toBe(6);
    await lease[Symbol.asyncDispose]();
    await link.close();
  });
});
