import { generateKeyPairSync } from 'node:crypto';

import type { Session } from '@parley/contract';
import { beforeEach, describe, expect, it } from 'vitest';

import { CONTROL_TOPIC, parseControl, type ControlMessage } from '../../core/control.ts';
import { login, logout, logoutEverywhere, register } from './sessions.ts';
import { ana, callerOf, describeAccounts, from, PASSWORD, refused } from './testing/describe-accounts.ts';

describeAccounts('sessions', ({ services, database, lines, configure, tokenRows, spend, signIn }) => {
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
    configure({ secret: undefined, publicKey });
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
