import type { Session } from '@parley/contract';
import { beforeEach, expect, it } from 'vitest';

import { RATES } from '../../core/rate-limit.ts';
import { refresh, register } from './sessions.ts';
import { ana, describeAccounts, from, oneWinner, outcomes, refused } from './testing/describe-accounts.ts';

describeAccounts('refresh', ({ services, database, tokenRows, spend, signIn }) => {
  let first: Session;
  beforeEach(async () => {
    first = await register(services, from, ana);
  });

  it('gives a new token of the same family for each old one', async () => {
    const second = await spend(first);
    const third = await spend(second);
    expect(third.user).toEqual(first.user);
    expect(new Set([first, second, third].map((session) => session.refreshToken)).size).toBe(3);
    await services.authenticator.verify(third.accessToken);
    const rows = await tokenRows();
    expect(new Set(rows.map((row) => row.familyId)).size).toBe(1);
    expect(rows.filter((row) => row.spentAt === null)).toHaveLength(1);
  });

  it('keeps hashes only, for 30 days', async () => {
    const [row] = await tokenRows();
    expect(row?.hash).toMatch(/^[\da-f]{64}$/);
    expect(row === undefined || row.expiresAt.getTime() - row.createdAt.getTime()).toBe(30 * 86_400_000);
  });

  it('ends the family when a spent token comes back, and no other', async () => {
    const elsewhere = await signIn();
    const second = await spend(first);
    await expect(spend(first)).rejects.toThrow(refused('refresh_token_reused'));
    await expect(spend(second)).rejects.toThrow(refused('refresh_token_invalid'));
    await expect(spend(first)).rejects.toThrow(refused('refresh_token_reused'));
    await spend(elsewhere);
  });

  it('lets exactly one of many at once win, and the others end its family', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => spend(first)));
    expect(outcomes(results)).toEqual(oneWinner(7, 'refresh_token_reused'));
    const won = results.find((result) => result.status === 'fulfilled');
    await expect(spend(won?.value ?? first)).rejects.toThrow(refused('refresh_token_invalid'));
  });

  it('leaves no token alive when an old one comes back during a rotation', async () => {
    for (let round = 0; round < 10; round += 1) {
      const begin = await signIn();
      const current = await spend(begin);
      await Promise.allSettled([spend(current), spend(begin), spend(begin)]);
    }
    const alive = (await tokenRows()).filter((row) => row.spentAt === null && row.revokedAt === null);
    expect(alive).toHaveLength(1);
  });

  it('refuses what it never gave', async () => {
    for (const refreshToken of ['nothing', first.accessToken, `${first.refreshToken}x`]) {
      const unknown = refresh(services, from, { refreshToken });
      await expect(unknown).rejects.toThrow(refused('refresh_token_invalid'));
    }
    await spend(first);
  });

  it('refuses a disabled person', async () => {
    await database.prisma.user.updateMany({ data: { disabledAt: new Date() } });
    await expect(spend(first)).rejects.toThrow(refused('user_disabled'));
    await database.prisma.user.updateMany({ data: { disabledAt: null } });
    await spend(first);
  });

  it('refuses an expired token by the clock of the database, and removes those of everyone', async () => {
    const second = await spend(first);
    const past = new Date(Date.now() - 1_000);
    await database.prisma.refreshToken.updateMany({ data: { expiresAt: past } });
    const alive = await signIn();
    await expect(spend(second)).rejects.toThrow(refused('refresh_token_invalid'));
    expect(await tokenRows()).toHaveLength(1);
    await spend(alive);
  });

  it('is limited for each IP', async () => {
    for (let n = 0; n < RATES.sessionPerIp.points; n += 1) {
      await services.rateLimits.consume('sessionPerIp', from.ip);
    }
    await expect(spend(first)).rejects.toThrow(refused('rate_limited'));
    await refresh(services, { ...from, ip: '192.0.2.2' }, first);
  });
});
