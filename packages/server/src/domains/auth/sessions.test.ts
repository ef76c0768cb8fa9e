import { generateKeyPairSync } from 'node:crypto';

import type { Session } from '@parley/contract';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CONTROL_TOPIC, parseControl, type ControlMessage } from '../../core/control.ts';
import { RATES } from '../../core/rate-limit.ts';
import type { Services } from '../../core/services.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { testServices } from '../../core/testing/services.ts';
import { createAuth, type AuthOptions } from './create-auth.ts';
import { CHEAP_PASSWORD_COST } from './passwords.ts';
import { login, logout, logoutEverywhere, me, refresh, register } from './sessions.ts';
import { LIVE_FAMILIES } from './store.ts';

const PASSWORD = 'ana-secret-password';
const ana = { email: 'ana@parley.test', username: 'Ana', password: PASSWORD };
const from = { requestId: 'request-1', ip: '192.0.2.1' };
const refused = (reason: string) => expect.objectContaining({ reason }) as Error;

describe.each(databases())('sessions on $kind', ({ open }) => {
  let database: TestDatabase;
  let services: Services;
  let lines: string[];

  function build(config: Partial<AuthOptions['config']> = {}): Services {
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const core = testServices(database.prisma, { log });
    const defaults = { secret: 'a secret', registration: true, passwordCost: CHEAP_PASSWORD_COST };
    return Object.assign(core, createAuth({ ...core, config: { ...defaults, ...config } }));
  }
  const tokenRows = () => database.prisma.refreshToken.findMany({ orderBy: { createdAt: 'asc' } });
  const callerOf = ({ user: { id, username, avatar } }: Session) => ({ id, username, avatar });
  const spend = ({ refreshToken }: Session) => refresh(services, from, { refreshToken });
  const signIn = () => login(services, from, { email: ana.email, password: PASSWORD });

  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    lines = [];
    services = build();
  });
  afterAll(() => database.close());

  describe('registration', () => {
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
      services = build({ registration: false });
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

  describe('login', () => {
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
      const wrong = () =>
        login(services, from, { email: ana.email, password: 'wrong' }).catch(() => undefined);
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

  describe('refresh', () => {
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

  describe('logout', () => {
    it('ends the family of the token, and no other', async () => {
      const first = await register(services, from, ana);
      const elsewhere = await signIn();
      const second = await spend(first);
      expect(await logout(services, callerOf(first), second)).toEqual({ success: true });
      await expect(spend(second)).rejects.toThrow(refused('refresh_token_invalid'));
      await spend(elsewhere);
    });

    it('succeeds with a token that is unknown, ended or another person’s, and ends nothing', async () => {
      const session = await register(services, from, ana);
      const ben = await register(services, from, { ...ana, email: 'ben@parley.test', username: 'ben' });
      const out = (refreshToken: string) => logout(services, callerOf(session), { refreshToken });
      for (const token of ['unknown', session.refreshToken, session.refreshToken, ben.refreshToken]) {
        expect(await out(token)).toEqual({ success: true });
      }
      await spend(ben);
    });
  });

  describe('logout everywhere', () => {
    let first: Session;
    let told: (ControlMessage | undefined)[];
    const verify = ({ accessToken }: Session) => services.authenticator.verify(accessToken);
    beforeEach(async () => {
      first = await register(services, from, ana);
      told = [];
      await services.bus.subscribe(CONTROL_TOPIC, (frame) => told.push(parseControl(frame)));
    });

    it('ends every session of the person and of nobody else, and tells every node', async () => {
      const elsewhere = await signIn();
      const ben = await register(services, from, { ...ana, email: 'ben@parley.test', username: 'ben' });
      expect(await logoutEverywhere(services, callerOf(first))).toEqual({ success: true });
      for (const session of [first, elsewhere]) {
        await expect(verify(session)).rejects.toThrow(refused('token_invalid'));
        await expect(spend(session)).rejects.toThrow(refused('refresh_token_invalid'));
      }
      await verify(ben);
      await spend(ben);
      const { sessionsEndedAt } = await database.prisma.user.findUniqueOrThrow({
        where: { id: first.user.id },
      });
      expect(told).toEqual([
        { type: 'sessions-ended', userId: first.user.id, generation: sessionsEndedAt?.getTime() },
      ]);
    });

    it('lets them in again at once, however often', async () => {
      let last = first;
      for (let round = 0; round < 5; round += 1) {
        await logoutEverywhere(services, callerOf(first));
        await expect(verify(last)).rejects.toThrow(refused('token_invalid'));
        last = await signIn();
        await verify(last);
        await verify(await spend(last));
      }
      expect(new Set(told.map((message) => JSON.stringify(message))).size).toBe(5);
    });

    it('leaves no session alive that began before it, also at the same time', async () => {
      const session = await signIn();
      const attempts = [signIn(), spend(session), logoutEverywhere(services, callerOf(first)), signIn()];
      const settled = await Promise.allSettled(attempts);
      const { sessionsEndedAt } = await database.prisma.user.findUniqueOrThrow({
        where: { id: first.user.id },
      });
      const alive = (await tokenRows()).filter((row) => row.revokedAt === null && row.spentAt === null);
      for (const { createdAt } of alive)
        expect(createdAt.getTime()).toBeGreaterThanOrEqual(sessionsEndedAt?.getTime() ?? Infinity);
      for (const outcome of settled) {
        if (outcome.status !== 'fulfilled' || !('accessToken' in outcome.value)) continue;
        const good = await verify(outcome.value).then(
          () => true,
          () => false,
        );
        const goesOn = await spend(outcome.value).then(
          () => true,
          () => false,
        );
        expect(good).toBe(goesOn);
      }
    });
  });

  it('belong to the issuer where tokens are issued elsewhere', async () => {
    const session = await register(services, from, ana);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    services = build({ secret: undefined, publicKey });
    const other = { ...ana, email: 'b@parley.test', username: 'b' };
    await expect(register(services, from, other)).rejects.toThrow(refused('login_disabled'));
    await expect(signIn()).rejects.toThrow(refused('login_disabled'));
    await expect(spend(session)).rejects.toThrow(refused('login_disabled'));
    await expect(services.authenticator.verify(session.accessToken)).rejects.toThrow(
      refused('token_invalid'),
    );
    await expect(logoutEverywhere(services, callerOf(session))).rejects.toThrow(refused('login_disabled'));
    expect(await logout(services, callerOf(session), session)).toEqual({ success: true });
  });

  it('leave success and failure in the log and the metrics, and no token or password', async () => {
    const first = await register(services, from, ana);
    const second = await spend(first);
    await signIn();
    await login(services, from, { email: ana.email, password: 'a wrong password' }).catch(() => undefined);
    await spend(first).catch(() => undefined);
    await logout(services, callerOf(first), second);

    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const about = { requestId: from.requestId, ip: from.ip };
    const success = { ...about, userId: first.user.id, msg: 'authentication succeeded' };
    const failure = { ...about, msg: 'authentication failed' };
    expect(logged).toEqual([
      expect.objectContaining({ ...success, way: 'register' }),
      expect.objectContaining({ ...success, way: 'refresh' }),
      expect.objectContaining({ ...success, way: 'login' }),
      expect.objectContaining({ ...failure, way: 'login', reason: 'invalid_credentials' }),
      expect.objectContaining({ ...failure, way: 'refresh', reason: 'refresh_token_reused' }),
    ]);
    const secrets = [first, second].flatMap((session) => [session.accessToken, session.refreshToken]);
    for (const secret of [...secrets, PASSWORD, 'a wrong password'])
      expect(lines.join('')).not.toContain(secret);
    const { values } = await services.metrics.authentications.get();
    expect(Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]))).toEqual({
      success: 3,
      invalid_credentials: 1,
      refresh_token_reused: 1,
    });
  });
});

/** What became of calls made at once, successes first. */
function outcomes(results: PromiseSettledResult<unknown>[]): string[] {
  const said = results.map((result) => {
    if (result.status === 'fulfilled') return 'ok';
    const reason: unknown = (result.reason as { reason?: unknown }).reason;
    return typeof reason === 'string' ? reason : String(result.reason);
  });
  return said.toSorted((a, b) => Number(b === 'ok') - Number(a === 'ok'));
}

const oneWinner = (others: number, reason: string) => ['ok', ...Array.from({ length: others }, () => reason)];
