// Every procedure of the router against every kind of bad input and caller: a typed error, and nothing changed.
import { createHmac } from 'node:crypto';

import type { ErrorReason } from '@parley/contract';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { databases } from '../../server/src/core/testing/databases.ts';
import { call, type Answer } from '../harness/call.ts';
import type { Person } from '../harness/people.ts';
import { JWT_SECRET, startServer, type TestServer } from '../harness/server.ts';
import { TABLE, type Row, type World } from './table.ts';
import { createWorld, digest, proceduresOf } from './world.ts';

const rows = Object.entries(TABLE);
const withInput = rows.flatMap(([path, row]) =>
  row.input === undefined ? [] : [{ path, row, input: row.input }],
);
const closed = rows.filter(([, row]) => row.open === undefined);

/** Text that can only come from inside. */
const INTERNAL = /\bat \/|node_modules|prisma|select |insert |ZodError|stack"/i;

describe.each(databases())('the router on $kind', (kind) => {
  let server: TestServer;
  let world: World;
  let ana: Person;
  let eve: Person;
  let before: string;
  beforeAll(async () => {
    server = await startServer(kind);
    ({ world, ana, eve } = await createWorld(server));
    before = await digest(server);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const ask = (path: string, row: Row, input: unknown, authorization?: string) =>
    call({ url: server.url, path, kind: row.kind, input, authorization });
  const bearer = (token: string) => `Bearer ${token}`;
  const asAna = () => bearer(ana.session.accessToken);

  /** A typed refusal that tells nothing from inside and leaves every row as it was. */
  async function expectRefusal(answer: Answer, expected: Partial<Answer>) {
    expect(answer).toMatchObject(expected);
    expect(answer.code).not.toBe('INTERNAL_SERVER_ERROR');
    expect(answer.text).not.toMatch(INTERNAL);
    expect(await digest(server)).toBe(before);
  }

  it('has a row for every procedure, of its kind', () => {
    const procedures = Object.entries(proceduresOf(server));
    const kinds = Object.fromEntries(procedures.map(([path, { _def }]) => [path, _def.type]));
    expect(kinds).toEqual(Object.fromEntries(rows.map(([path, row]) => [path, row.kind])));
  });

  it('declares the output of every query and mutation', () => {
    const undeclared = Object.entries(proceduresOf(server)).filter(
      ([, { _def }]) => _def.type !== 'subscription' && !(_def.output instanceof z.ZodType),
    );
    expect(undeclared.map(([path]) => path)).toEqual([]);
  });

  describe.each(closed)('%s', (path, row) => {
    const claims = (): { sub: string } => ({ sub: world.ana });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    it.each<[string, ErrorReason, () => string | undefined]>([
      ['no token', 'unauthenticated', () => undefined],
      ['another scheme', 'unauthenticated', () => 'Basic YTpi'],
      ['garbage', 'token_invalid', () => bearer('garbage')],
      [
        'a forged signature',
        'token_invalid',
        () => bearer(jwt.sign(claims(), 'x'.repeat(32), { expiresIn: 60 })),
      ],
      [
        'another algorithm',
        'token_invalid',
        () => bearer(jwt.sign(claims(), JWT_SECRET, { algorithm: 'HS512', expiresIn: 60 })),
      ],
      [
        'alg none',
        'token_invalid',
        () => bearer(`${part({ alg: 'none' })}.${part({ ...claims(), exp: 9e9 })}.`),
      ],
      [
        'alg none with a signature',
        'token_invalid',
        () => {
          const body = `${part({ alg: 'none' })}.${part({ ...claims(), exp: 9e9 })}`;
          return bearer(`${body}.${createHmac('sha256', JWT_SECRET).update(body).digest('base64url')}`);
        },
      ],
      ['an expired token', 'token_expired', () => bearer(jwt.sign(claims(), JWT_SECRET, { expiresIn: -1 }))],
      ['no expiry', 'token_invalid', () => bearer(jwt.sign(claims(), JWT_SECRET))],
      [
        'nobody’s token',
        'token_invalid',
        () => bearer(jwt.sign({ sub: 'nobody' }, JWT_SECRET, { expiresIn: 60 })),
      ],
    ])('refuses %s', async (_name, reason, authorization) => {
      const answer = await ask(path, row, row.input?.(world), authorization());
      await expectRefusal(answer, { status: 401, code: 'UNAUTHORIZED', reason });
    });
  });

  describe.each(withInput)('$path', ({ path, row, input }) => {
    it('refuses an input of the wrong kind', async () => {
      for (const wrong of [...(row.required === undefined ? [] : [undefined]), null, 7, 'text', true, []]) {
        await expectRefusal(await ask(path, row, wrong, asAna()), { status: 400, reason: 'invalid_input' });
      }
    });

    it.each(Object.keys(input(EMPTY)))('refuses %s of a wrong type', async (field) => {
      for (const wrong of [{ a: { b: 1 } }, 'text', -1.5, [[]], '\0', '\uD800']) {
        const right = input(world)[field] ?? '';
        if (typeof right === typeof wrong && typeof wrong === 'string' && !/[\0\uD800]/.test(wrong)) continue;
        if (field === 'counter' && typeof wrong === 'object' && !Array.isArray(wrong)) continue;
        const answer = await ask(path, row, { ...input(world), [field]: wrong }, asAna());
        await expectRefusal(answer, { status: 400, code: 'BAD_REQUEST', reason: 'invalid_input' });
      }
    });

    it.each(row.required ?? [])('refuses a missing %s', async (field) => {
      const { [field]: _missing, ...rest } = input(world);
      await expectRefusal(await ask(path, row, rest, asAna()), { status: 400, reason: 'invalid_input' });
    });

    it.each(Object.keys(row.oversize ?? {}))('refuses an oversize %s', async (field) => {
      const answer = await ask(path, row, { ...input(world), [field]: row.oversize?.[field] }, asAna());
      const isText = field === 'content' && (path === 'messages.send' || path === 'messages.edit');
      const reason = isText ? 'message_too_long' : 'invalid_input';
      await expectRefusal(answer, { status: 400, reason });
    });

    it.each(Object.entries(row.unknown ?? {}))('refuses an unknown %s with %s', async (field, reason) => {
      const unknown = Array.isArray(input(world)[field]) ? ['no-such-id'] : 'no-such-id';
      await expectRefusal(await ask(path, row, { ...input(world), [field]: unknown }, asAna()), { reason });
    });
  });

  it.each(rows.filter(([, row]) => row.outsider !== undefined))(
    '%s refuses someone else',
    async (path, row) => {
      const answer = await ask(path, row, row.input?.(world), bearer(eve.session.accessToken));
      await expectRefusal(answer, { reason: row.outsider });
    },
  );

  it('takes each right input', async () => {
    const fresh = { ...world, password: 'correct horse battery' };
    for (const [path, row] of rows) {
      // Each ends what the others need; the tests of sessions try them.
      if (['auth.refresh', 'auth.logout', 'auth.logoutEverywhere'].includes(path)) continue;
      expect([path, await ask(path, row, row.input?.(fresh), asAna())]).toMatchObject([
        path,
        { status: 200 },
      ]);
    }
  });
});

/** For the names of the fields alone. */
const EMPTY: World = {
  ana: '',
  ben: '',
  talk: '',
  group: '',
  cem: '',
  message: '',
  offer: '',
  refreshToken: '',
  accessToken: '',
  email: '',
  password: '',
};
