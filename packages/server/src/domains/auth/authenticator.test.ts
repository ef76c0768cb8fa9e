import { generateKeyPairSync } from 'node:crypto';

import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Services } from '../../core/services.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { testServices } from '../../core/testing/services.ts';
import { createAuth, type AuthOptions } from './create-auth.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const foreign = (claims: object) => jwt.sign(claims, pair.privateKey, { algorithm: 'ES256', expiresIn: 60 });
const refused = (reason: string) => expect.objectContaining({ reason }) as Error;

describe.each(databases())('the authenticator on $kind', ({ open }) => {
  let database: TestDatabase;
  let services: Services;

  const build = (keys: Partial<AuthOptions['config']>): Services => {
    const core = testServices(database.prisma);
    return Object.assign(core, createAuth({ ...core, config: { registration: true, ...keys } }));
  };
  const enter = (claims: object) => services.authenticator.verify(foreign(claims));
  const rowOf = (id: string) => database.prisma.user.findUniqueOrThrow({ where: { id } });
  const addUser = (id: string, username: string, email: string | null = null) =>
    database.prisma.user.create({ data: { id, username, usernameKey: username.toLowerCase(), email } });

  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    services = build({ publicKey: pair.publicKey });
  });
  afterAll(() => database.close());

  describe('with our own key', () => {
    const secret = 'a secret';
    beforeEach(async () => {
      services = build({ secret });
      await addUser('u1', 'Ana');
    });

    it('finds the person of a token signed elsewhere with the same secret', async () => {
      const exp = Math.floor(Date.now() / 1_000) + 60;
      const token = jwt.sign({ sub: 'u1', exp }, secret, { noTimestamp: true });
      expect(await services.authenticator.verify(token)).toEqual({
        caller: { id: 'u1', username: 'Ana', avatar: null },
        expiresAt: new Date(exp * 1_000),
        generation: 0,
      });
    });

    it('refuses one signed elsewhere that does not say that it is of a second after all sessions ended', async () => {
      const second = Math.floor(Date.now() / 1_000);
      const token = (iat: number) => jwt.sign({ sub: 'u1', iat, exp: second + 60 }, secret);
      const silent = jwt.sign({ sub: 'u1', exp: second + 60 }, secret, { noTimestamp: true });
      const sessionsEndedAt = new Date(second * 1_000 + 1);
      await database.prisma.user.update({ where: { id: 'u1' }, data: { sessionsEndedAt } });
      for (const old of [token(second - 1), token(second), silent])
        await expect(services.authenticator.verify(old)).rejects.toThrow(refused('token_invalid'));
      const { generation } = await services.authenticator.verify(token(second + 1));
      expect(generation).toBe(sessionsEndedAt.getTime());
    });

    it('refuses a person it does not know, and makes none', async () => {
      const token = jwt.sign({ sub: 'u2' }, secret, { expiresIn: 60 });
      await expect(services.authenticator.verify(token)).rejects.toThrow(refused('token_invalid'));
      expect(await database.prisma.user.count()).toBe(1);
    });

    it('refuses a disabled person with a token that is still good', async () => {
      const token = jwt.sign({ sub: 'u1' }, secret, { expiresIn: 60 });
      await services.authenticator.verify(token);
      await database.prisma.user.updateMany({ data: { disabledAt: new Date() } });
      await expect(services.authenticator.verify(token)).rejects.toThrow(refused('user_disabled'));
    });

    it('counts what came of each token', async () => {
      await services.authenticator.verify(jwt.sign({ sub: 'u1' }, secret, { expiresIn: 60 }));
      await services.authenticator.verify('nonsense').catch(() => undefined);
      const { values } = await services.metrics.authentications.get();
      expect(values.map(({ labels, value }) => [labels.outcome, value])).toEqual([
        ['success', 1],
        ['token_invalid', 1],
      ]);
    });
  });

  describe('with a public key', () => {
    it('makes an account at first sight from what the token says, once', async () => {
      const claims = {
        sub: 'auth0|7',
        preferred_username: 'Ana',
        name: 'Ana María',
        picture: 'https://pictures.test/ana.png',
        email: 'Ana@Parley.Test',
        email_verified: true,
      };
      const avatar = claims.picture;
      expect((await enter(claims)).caller).toEqual({ id: claims.sub, username: 'Ana', avatar });
      expect(await rowOf(claims.sub)).toMatchObject({
        displayName: 'Ana María',
        email: 'ana@parley.test',
        passwordHash: null,
      });
      expect((await enter({ ...claims, preferred_username: 'Other' })).caller.username).toBe('Ana');
      expect(await database.prisma.user.count()).toBe(1);
    });

    it.each([
      [{ preferred_username: 'ana@parley.test' }, 'ana'],
      [{ nickname: '  Ana  María ' }, 'Ana.María'],
      [{ preferred_username: '…', name: '__Ána!' }, 'Ána'],
      [{ preferred_username: 7, nickname: 'x', name: 'Ana' }, 'Ana'],
      [{ preferred_username: `a${'𝒳'.repeat(50)}` }, `a${'𝒳'.repeat(31)}`],
      [{}, 'sub7'],
    ])('makes a username that fits of %j', async (claims, username) => {
      expect((await enter({ sub: 'sub|7', ...claims })).caller.username).toBe(username);
    });

    it('names a person of whom nothing fits', async () => {
      expect((await enter({ sub: '!' })).caller.username).toBe('user');
      expect((await enter({ sub: '?' })).caller.username).toMatch(/^user-[\da-f]{4}$/);
    });

    it('adds to a username that is taken', async () => {
      const name = 'a'.repeat(64);
      await addUser('u1', name);
      const { username } = (await enter({ sub: 's', nickname: name.toUpperCase() })).caller;
      expect(username).toMatch(/^A{59}-[\da-f]{4}$/);
    });

    it('takes nothing that is unsafe or does not fit', async () => {
      await enter({
        sub: 's',
        name: `\0Ana ${'x'.repeat(200)}`,
        picture: 'javascript:alert(1)',
        email: 'ana@parley.test',
        email_verified: 'true',
      });
      const row = await rowOf('s');
      expect(row).toMatchObject({ avatar: null, email: null });
      expect(row.displayName).toBe(`Ana ${'x'.repeat(96)}`);
    });

    it('does not open another account by its email', async () => {
      await addUser('u1', 'Ana', 'ana@parley.test');
      const { caller } = await enter({
        sub: 's',
        name: 'Eve',
        email: 'ana@parley.test',
        email_verified: true,
      });
      expect(caller).toMatchObject({ id: 's', username: 'Eve' });
      expect((await rowOf('s')).email).toBeNull();
    });

    it.each([['two words'], ['x'.repeat(65)], ['a\0b'], ['']])('refuses the sub %j', async (sub) => {
      await expect(enter({ sub })).rejects.toThrow(refused('token_invalid'));
      expect(await database.prisma.user.count()).toBe(0);
    });

    it('makes one account when a person comes many times at once', async () => {
      const claims = { sub: 's', nickname: 'ana', email: 'ana@parley.test', email_verified: true };
      const all = await Promise.all(Array.from({ length: 8 }, () => enter(claims)));
      expect(new Set(all.map(({ caller }) => caller.username))).toEqual(new Set(['ana']));
      expect(await rowOf('s')).toMatchObject({ email: 'ana@parley.test' });
      expect(await database.prisma.user.count()).toBe(1);
    });

    it('makes an account each when many of one name come at once', async () => {
      const subs = Array.from({ length: 8 }, (_, n) => `s${n}`);
      const email = { email: 'ana@parley.test', email_verified: true };
      const all = await Promise.all(subs.map((sub) => enter({ sub, nickname: 'ana', ...email })));
      expect(all.map(({ caller }) => caller.id)).toEqual(subs);
      expect(new Set(all.map(({ caller }) => caller.username)).size).toBe(8);
      expect(await database.prisma.user.count({ where: { email: 'ana@parley.test' } })).toBe(1);
    });

    it('refuses a disabled person', async () => {
      await enter({ sub: 's' });
      await database.prisma.user.updateMany({ data: { disabledAt: new Date() } });
      await expect(enter({ sub: 's' })).rejects.toThrow(refused('user_disabled'));
    });
  });
});
