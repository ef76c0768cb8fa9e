// A whole server with a test's database, and people who call its REST.
import type { Conversation, Session } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';

import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { createParley, type Parley } from '../../create-parley.ts';
import { CHEAP_PASSWORD_COST } from '../../domains/auth/passwords.ts';

export const PASSWORD = 'a-long-password';
export const json = { 'content-type': 'application/json' };
const text: unknown = expect.any(String);

/** Times are text here, so a body is what JSON makes of a contract type. */
type Json<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Json<T[K]> } : T;

interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

interface Failed {
  error: Record<string, unknown>;
}

interface Asked {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

type Rest = ReturnType<typeof restOf>;

/** What is running: known when the tests run. */
interface Running {
  database: TestDatabase;
  parley: Parley;
  url: string;
}

/** Describes REST on each kind of database, which is empty before each test. */
export function describeRest(tests: (rest: Rest) => void): void {
  describe.each(databases())('REST on $kind', ({ open }) => {
    const running = {} as Running;
    beforeAll(async () => {
      const database = await open();
      const parley = await createParley({
        database,
        jwtSecret: 'a secret that is long enough for a test',
        passwordCost: CHEAP_PASSWORD_COST,
        logLevel: 'silent',
      });
      Object.assign(running, { database, parley, ...(await parley.listen({ port: 0 })) });
    });
    beforeEach(() => running.database.clear());
    afterAll(async () => {
      await running.parley.close();
      await running.database.close();
    });
    tests(restOf(running));
  });
}

function restOf(running: Running) {
  async function request<Body = Failed>(
    line: string,
    { token, body, ...init }: Asked = {},
  ): Promise<Answer<Json<Body>>> {
    const [method = '', path = ''] = line.split(' ');
    const response = await fetch(`${running.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && json),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...init.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    const parsed = (answer === '' ? undefined : JSON.parse(answer)) as Json<Body>;
    return { status: response.status, headers: response.headers, body: parsed };
  }

  async function person(name: string) {
    const account = { email: `${name}@parley.test`, username: name, password: PASSWORD };
    const { status, body } = await request<Session>('POST /auth/register', { body: account });
    expect(status).toBe(201);
    const token = body.accessToken;
    return {
      ...body.user,
      session: body,
      call: <Body = Failed>(line: string, data?: unknown) => request<Body>(line, { token, body: data }),
    };
  }

  async function talk() {
    const [ana, ben] = [await person('ana'), await person('ben')];
    const made = await ana.call<Conversation>('POST /talks', { participantIds: [ben.id] });
    expect(made.status).toBe(201);
    return { ana, ben, id: made.body.id, made: made.body };
  }

  return { running, request, person, talk };
}

/** The body of a refusal. */
export const refused = (code: string, reason: string, more: object = {}) => ({
  error: { code, reason, message: text, retryable: false, requestId: text, ...more },
});
