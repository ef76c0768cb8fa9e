import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CONTROL_TOPIC, parseControl, type ControlMessage } from '../../core/control.ts';
import type { Services } from '../../core/services.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { testServices } from '../../core/testing/services.ts';
import { createAuth } from '../auth/create-auth.ts';
import { CHEAP_PASSWORD_COST } from '../auth/passwords.ts';
import { login, refresh, register } from '../auth/sessions.ts';
import { setDisabled } from './disable.ts';

const from = { requestId: 'request-1', ip: '192.0.2.1' };
const ana = { email: 'ana@parley.test', username: 'ana', password: 'ana-secret-password' };
const refused = (reason: string) => expect.objectContaining({ reason }) as Error;

describe.each(databases())('disabling a person on $kind', ({ open }) => {
  let database: TestDatabase;
  let services: Services;
  let told: (ControlMessage | undefined)[];

  const disabledAt = async (id: string) =>
    (await database.prisma.user.findUniqueOrThrow({ where: { id } })).disabledAt;

  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    const core = testServices(database.prisma);
    const config = { secret: 'a secret', registration: true, passwordCost: CHEAP_PASSWORD_COST };
    services = Object.assign(core, createAuth({ ...core, config }));
    told = [];
    await services.bus.subscribe(CONTROL_TOPIC, (frame) => told.push(parseControl(frame)));
  });
  afterAll(() => database.close());

  it('refuses their tokens from then on, ends their sessions and tells every node', async () => {
    const session = await register(services, from, ana);
    const other = await register(services, from, { ...ana, email: 'ben@parley.test', username: 'ben' });
    await setDisabled(services, session.user.id, true);
    await expect(services.authenticator.verify(session.accessToken)).rejects.toThrow(
      refused('user_disabled'),
    );
    await expect(login(services, from, ana)).rejects.toThrow(refused('user_disabled'));
    await expect(refresh(services, from, session)).rejects.toThrow(refused('user_disabled'));
    await expect.poll(() => told).toEqual([{ type: 'user-disabled', userId: session.user.id }]);
    await refresh(services, from, other);
  });

  it('can be taken back, and old sessions stay ended', async () => {
    const session = await register(services, from, ana);
    await setDisabled(services, session.user.id, true);
    await setDisabled(services, session.user.id, false);
    expect(await disabledAt(session.user.id)).toBeNull();
    await expect(refresh(services, from, session)).rejects.toThrow(refused('refresh_token_invalid'));
    await services.authenticator.verify((await login(services, from, ana)).accessToken);
    await expect.poll(() => told).toHaveLength(1);
  });

  it('keeps the first time when it is done again', async () => {
    const { user } = await register(services, from, ana);
    await setDisabled(services, user.id, true);
    const first = await disabledAt(user.id);
    await setDisabled(services, user.id, true);
    expect(first).toBeInstanceOf(Date);
    expect(await disabledAt(user.id)).toEqual(first);
  });

  it('leaves no session alive that begins or is renewed at the same time', async () => {
    const { user, refreshToken } = await register(services, from, ana);
    await Promise.allSettled([
      login(services, from, ana),
      refresh(services, from, { refreshToken }),
      setDisabled(services, user.id, true),
      login(services, from, ana),
    ]);
    expect(await database.prisma.refreshToken.count({ where: { revokedAt: null } })).toBe(0);
  });

  it('refuses a person who is not there', async () => {
    await expect(setDisabled(services, 'nobody', true)).rejects.toThrow(refused('user_not_found'));
    expect(told).toEqual([]);
  });
});
