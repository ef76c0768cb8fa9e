// A person has one rate over all nodes; while Redis is away each node counts for itself.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { RATES } from '../../server/src/core/rate-limit.ts';
import { startFleet, type Fleet } from '../harness/fleet.ts';
import { callOverHttp, PASSWORD, type Person } from '../harness/people.ts';
import { reasonOf } from '../harness/reason-of.ts';

describe.runIf(inject('postgresUrl') && inject('redisUrl'))('rate limits over nodes', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet(2, { rateFactor: 1 });
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  /** Calls one after the other, at one node and the other, until one is refused or there were too many. */
  async function callsUntilRefused(clients: readonly Person[]): Promise<number> {
    const most = 2 * RATES.typing.points + 10;
    for (let count = 0; count < most; count += 1) {
      const person = clients[count % clients.length];
      const input = { conversationId: 'none', isTyping: true };
      const reason = await person?.http.typing.set.mutate(input).then(() => 'none', reasonOf);
      if (reason === 'rate_limited') return count;
    }
    return most;
  }

  it('are counted together', async () => {
    const ana = await fleet.person('ana', 0);
    const elsewhere = fleet.at(1, ana);
    expect(await callsUntilRefused([ana, elsewhere])).toBe(RATES.typing.points);
    await expect(
      elsewhere.http.typing.set.mutate({ conversationId: 'none', isTyping: true }),
    ).rejects.toMatchObject({
      data: { reason: 'rate_limited', retryAfterMs: expect.any(Number) as number },
    });
  });

  it('are counted together for failed logins, which a good one forgets', async () => {
    const eve = await fleet.person('eve', 0);
    const email = `${eve.username}@parley.test`;
    const login = (node: number, password: string) =>
      callOverHttp(fleet.nodes[node]?.url ?? '')
        .auth.login.mutate({ email, password })
        .then(() => 'signed in', reasonOf);
    const { points } = RATES.failedLoginPerAccount;
    for (let round = 0; round < 2; round += 1) {
      for (let count = 1; count < points; count += 1)
        expect(await login(count % 2, 'wrong')).toBe('invalid_credentials');
      expect(await login(0, PASSWORD)).toBe('signed in');
    }
    for (let count = 0; count < points; count += 1) await login(count % 2, 'wrong');
    expect([await login(0, PASSWORD), await login(1, PASSWORD)]).toEqual(['rate_limited', 'rate_limited']);
  });

  it('neither refuse nor let everything through while Redis is away', async () => {
    const ben = await fleet.person('ben', 0);
    await fleet.redis.stop();
    expect(await callsUntilRefused([ben])).toBe(RATES.typing.points);
    expect(await callsUntilRefused([fleet.at(1, ben)])).toBe(RATES.typing.points);
    await fleet.redis.start();
  });
});
