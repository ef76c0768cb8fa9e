import type { Session } from '@parley/contract';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Authentication, Context } from '../../core/context.ts';
import { Endings } from '../../core/endings.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { oneDatabase } from '../../core/testing/one-database.ts';
import { testServices } from '../../core/testing/services.ts';
import { t } from '../../core/trpc.ts';
import { createAuth } from './create-auth.ts';
import { CHEAP_PASSWORD_COST } from './passwords.ts';
import { auth } from './router.ts';

const createCaller = t.createCallerFactory(t.router({ auth }));
const ana = { email: 'Ana@Parley.Test', username: 'ana', password: 'ana-secret-password' };
const refused = (reason: string) => expect.objectContaining({ reason }) as Error;

describe('the auth procedures', () => {
  const database = oneDatabase();
  let services: Services;

  const as = (authentication: Authentication) => {
    const endings = new Endings();
    const ctx: Context = {
      requestId: 'request-1',
      ip: '192.0.2.1',
      connection: {
        id: 'connection-1',
        generation: 0,
        transport: 'ws',
        ip: '192.0.2.1',
        congested: false,
        drained: () => Promise.resolve(),
        isLost: false,
        subscriptions: 0,
        end: (refusal) => endings.end(refusal),
        endings,
        signal: endings.signal,
      },
      services,
      authentication: () => authentication,
      renew: async (accessToken) => (await services.authenticator.verify(accessToken)).expiresAt,
    };
    return createCaller(ctx).auth;
  };
  const nobody = () => as({ caller: undefined, refusal: 'unauthenticated' });
  const holder = async (session: Session) => as(await services.authenticator.verify(session.accessToken));

  beforeEach(() => {
    const core = testServices(database.prisma);
    const config = { secret: 'a secret', registration: true, passwordCost: CHEAP_PASSWORD_COST };
    services = Object.assign(core, createAuth({ ...core, config }));
  });

  it('register, log in and refresh need no token, and an email is the same in any case', async () => {
    const registered = await nobody().register(ana);
    expect(registered.user.email).toBe('ana@parley.test');
    const session = await nobody().login({ email: 'ANA@parley.test', password: ana.password });
    const again = await nobody().refresh({ refreshToken: session.refreshToken });
    expect(again.user).toEqual(registered.user);
  });

  it('give no more of a person than the contract says', async () => {
    const { user } = await nobody().register(ana);
    expect(Object.keys(user).toSorted()).toEqual([
      'avatar',
      'createdAt',
      'displayName',
      'email',
      'id',
      'username',
    ]);
  });

  it('me, renew and logout need one', async () => {
    const session = await nobody().register(ana);
    for (const call of [
      () => nobody().me(),
      () => nobody().renew({ accessToken: session.accessToken }),
      () => nobody().logoutEverywhere(),
      () => nobody().logout({ refreshToken: session.refreshToken }),
    ]) {
      await expect(call()).rejects.toThrow(refused('unauthenticated'));
    }
    const caller = await holder(session);
    expect(await caller.me()).toEqual(session.user);
    const { expiresAt } = await caller.renew({ accessToken: session.accessToken });
    expect(expiresAt).toEqual(session.accessTokenExpiresAt);
    expect(await caller.logout({ refreshToken: session.refreshToken })).toEqual({ success: true });
    const spent = nobody().refresh({ refreshToken: session.refreshToken });
    await expect(spent).rejects.toThrow(refused('refresh_token_invalid'));
  });

  it('refuse input that does not fit before anything is done', async () => {
    for (const wrong of [
      { ...ana, email: 'no address' },
      { ...ana, password: 'short' },
      { ...ana, password: 'p'.repeat(201) },
      { ...ana, username: 'a b' },
      { ...ana, displayName: 'a\0b' },
    ]) {
      const call = nobody().register(wrong);
      await expect(call).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      await expect(call).rejects.not.toBeInstanceOf(Refusal);
    }
    expect(await database.prisma.user.count()).toBe(0);
  });
});
