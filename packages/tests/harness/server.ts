// A real server on a test's database, listening on a free port of 127.0.0.1.
import { createParley, type Parley, type ParleyOptions } from '@parley/server';

import type { DatabaseKind, TestDatabase } from '../../server/src/core/testing/databases.ts';
import { CHEAP_PASSWORD_COST } from '../../server/src/domains/auth/passwords.ts';
import { freePort } from './free-port.ts';
import { signUp, type Person } from './people.ts';

/** Signs the tokens of every server that a test starts. */
export const JWT_SECRET = 'a secret for tests, of thirty-two bytes and more';

/** How servers in a test's own process are set, but for what the test is about. */
export const TEST_SETTINGS = {
  jwtSecret: JWT_SECRET,
  passwordCost: CHEAP_PASSWORD_COST,
  rateFactor: 100,
  logLevel: 'silent',
} satisfies ParleyOptions;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly database: TestDatabase;
  readonly parley: Parley;
  /** A new account, signed in. */
  person(name: string): Promise<Person>;
  /** Closes the server and starts another on the same port and database. */
  restart(): Promise<void>;
}

/**
 * @example
 * await using server = await startServer(kind);
 * const ana = await server.person('ana');
 */
export async function startServer(kind: DatabaseKind, options: ParleyOptions = {}): Promise<TestServer> {
  const database = await kind.open();
  const make = () =>
    createParley({
      database,
      ...TEST_SETTINGS,
      ...options,
      // Clients of these tests have nowhere else to go.
      edgeLimits: { leaveMs: 0, idleMs: 0, ...options.edgeLimits },
    });
  let parley = await make();
  // The same again after a restart, and nobody else's meanwhile.
  const port = await freePort();
  const { url } = await parley.listen({ port, host: '127.0.0.1' });
  const people: Person[] = [];
  return {
    url,
    database,
    get parley() {
      return parley;
    },
    async person(name) {
      const person = await signUp(url, name);
      people.push(person);
      return person;
    },
    async restart() {
      await parley.close();
      parley = await make();
      await parley.listen({ port, host: '127.0.0.1' });
    },
    async [Symbol.asyncDispose]() {
      for (const person of people) await person.close();
      await parley.close();
      await database.close();
    },
  };
}
