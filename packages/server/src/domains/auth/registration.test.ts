import { expect, it } from 'vitest';

import { RATES } from '../../core/rate-limit.ts';
import { me, register } from './sessions.ts';
import {
  ana,
  callerOf,
  describeAccounts,
  from,
  oneWinner,
  outcomes,
  refused,
} from './testing/describe-accounts.ts';

describeAccounts('registration', ({ services, database, configure, tokenRows }) => {
  it('makes an account and signs in', async () => {
    const session = await register(services, from, { ...ana, displayName: 'Ana María' });
    expect(session.user).toMatchObject({
      email: ana.email,
      username: 'Ana',
      displayName: 'Ana María',
      avatar: null,
    });
    expect(await me(services, callerOf(session))).toEqual(session.user);
    const { caller, expiresAt } = await services.authenticator.verify(session.accessToken);
    expect(caller).toEqual(callerOf(session));
    expect(expiresAt).toEqual(session.accessTokenExpiresAt);
  });

  it('refuses an email or a username that is taken, whatever its case', async () => {
    await register(services, from, ana);
    await expect(register(services, from, { ...ana, username: 'other' })).rejects.toThrow(
      refused('email_taken'),
    );
    const sameName = { ...ana, email: 'b@parley.test', username: 'aNA' };
    await expect(register(services, from, sameName)).rejects.toThrow(refused('username_taken'));
    expect(await database.prisma.user.count()).toBe(1);
  });

  it('lets one of many at once win', async () => {
    const sameEmail = Array.from({ length: 6 }, (_, n) =>
      register(services, from, { ...ana, username: `ana-${n}` }),
    );
    expect(outcomes(await Promise.allSettled(sameEmail))).toEqual(oneWinner(5, 'email_taken'));
    const sameName = Array.from({ length: 6 }, (_, n) =>
      register(services, from, { ...ana, email: `${n}@parley.test`, username: 'ben' }),
    );
    expect(outcomes(await Promise.allSettled(sameName))).toEqual(oneWinner(5, 'username_taken'));
    expect(await database.prisma.user.count()).toBe(2);
    expect(await tokenRows()).toHaveLength(2);
  });

  it('can be switched off', async () => {
    configure({ registration: false });
    await expect(register(services, from, ana)).rejects.toThrow(refused('registration_disabled'));
    expect(await database.prisma.user.count()).toBe(0);
  });

  it('is limited for each IP', async () => {
    for (let n = 0; n < RATES.registerPerIp.points; n += 1) {
      await services.rateLimits.consume('registerPerIp', from.ip);
    }
    const limited = { reason: 'rate_limited', details: { retryAfterMs: expect.any(Number) as number } };
    await expect(register(services, from, ana)).rejects.toMatchObject(limited);
    await register(services, { ...from, ip: '192.0.2.2' }, ana);
  });
});
