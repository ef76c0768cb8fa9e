import type { Session } from '@parley/contract';
import { beforeEach, expect, it } from 'vitest';

import { RATES } from '../../core/rate-limit.ts';
import { login, logout, register } from './sessions.ts';
import { LIVE_FAMILIES } from './store.ts';
import {
  ana,
  callerOf,
  describeAccounts,
  from,
  outcomes,
  PASSWORD,
  refused,
} from './testing/describe-accounts.ts';

describeAccounts('login', ({ services, database, tokenRows, spend, signIn }) => {
  beforeEach(() => register(services, from, ana));

  it('gives a session of its own', async () => {
    const [one, two] = [await signIn(), await signIn()];
    expect(one.user).toEqual(two.user);
    expect(one.refreshToken).toMatch(/^[\w-]{43}$/);
    expect(one.refreshToken).not.toBe(two.refreshToken);
    expect(new Set((await tokenRows()).map((row) => row.familyId)).size).toBe(3);
  });

  it('tells an unknown email from a wrong password by nothing', async () => {
    const wrong = await login(services, from, { email: ana.email, password: 'wrong' }).catch(String);
    const unknown = await login(services, from, { email: 'nobody@parley.test', password: 'wrong' }).catch(
      String,
    );
    expect(wrong).toBe('Refusal: Wrong email or password');
    expect(unknown).toBe(wrong);
  });

  it('refuses a person without a password', async () => {
    await database.prisma.user.updateMany({ data: { passwordHash: null } });
    await expect(signIn()).rejects.toThrow(refused('invalid_credentials'));
  });

  it('refuses a disabled person, to whoever knows the password only', async () => {
    await database.prisma.user.updateMany({ data: { disabledAt: new Date() } });
    await expect(signIn()).rejects.toThrow(refused('user_disabled'));
    const wrong = login(services, from, { email: ana.email, password: 'wrong' });
    await expect(wrong).rejects.toThrow(refused('invalid_credentials'));
  });

  it('stops guesses at one account, from many IPs, and then the right password too', async () => {
    const guess = (n: number) =>
      login(services, { ...from, ip: `192.0.2.${n}` }, { email: ana.email, password: `guess ${n}` });
    const { points } = RATES.failedLoginPerAccount;
    for (let n = 0; n < points; n += 1)
      await expect(guess(n)).rejects.toThrow(refused('invalid_credentials'));
    await expect(guess(points)).rejects.toThrow(refused('rate_limited'));
    await expect(signIn()).rejects.toThrow(refused('rate_limited'));
  });

  it('answers no more guesses at once than in turn', async () => {
    const { points } = RATES.failedLoginPerAccount;
    const passwords = [...Array.from({ length: points * 3 }, (_, n) => `guess ${n}`), PASSWORD];
    const guesses = passwords.map((password) => login(services, from, { email: ana.email, password }));
    const results = await Promise.allSettled(guesses);
    const answers = outcomes(results);
    expect(answers.filter((answer) => answer === 'invalid_credentials')).toHaveLength(points);
    expect(outcomes(results.slice(-1))).toEqual(['rate_limited']);
    expect(answers.filter((answer) => answer === 'rate_limited')).toHaveLength(points * 2 + 1);
  });

  it('forgets the failures of an account when it succeeds, and not those of the IP', async () => {
    const wrong = () => login(services, from, { email: ana.email, password: 'wrong' }).catch(() => undefined);
    const { points } = RATES.failedLoginPerAccount;
    for (let n = 0; n < points - 1; n += 1) await wrong();
    await signIn();
    for (let n = 0; n < points - 1; n += 1) await wrong();
    await signIn();
    const left = RATES.failedLoginPerIp.points - 2 * (points - 1);
    for (let n = 0; n < left; n += 1) await services.rateLimits.consume('failedLoginPerIp', from.ip);
    await expect(signIn()).rejects.toThrow(refused('rate_limited'));
    await login(services, { ...from, ip: '192.0.2.2' }, { email: ana.email, password: PASSWORD });
  });

  it('ends the sign-in that was used longest ago, of one too many', async () => {
    const sessions: Session[] = [];
    for (let n = 0; n < LIVE_FAMILIES; n += 1) sessions.push(await signIn());
    const [oldest, second] = [sessions[0], sessions[1]];
    if (oldest === undefined || second === undefined) throw new Error('there are many sign-ins');
    const kept = await spend(oldest);
    await signIn();
    await expect(spend(second)).rejects.toThrow(refused('refresh_token_invalid'));
    await spend(kept);
    expect(new Set((await tokenRows()).map((row) => row.familyId)).size).toBe(LIVE_FAMILIES);
  });

  it('keeps no tokens of sign-ins that are over', async () => {
    const lasting = await signIn();
    const left = await signIn();
    await logout(services, callerOf(left), left);
    const reused = await signIn();
    await spend(reused);
    await expect(spend(reused)).rejects.toThrow(refused('refresh_token_reused'));
    await signIn();
    const rows = await tokenRows();
    expect(rows.filter((row) => row.revokedAt !== null)).toEqual([]);
    expect(new Set(rows.map((row) => row.familyId)).size).toBe(3);
    await spend(lasting);
  });

  it('lets many right ones in at once', async () => {
    const sessions = await Promise.all(Array.from({ length: 15 }, signIn));
    expect(new Set(sessions.map((session) => session.refreshToken)).size).toBe(15);
  });
});
