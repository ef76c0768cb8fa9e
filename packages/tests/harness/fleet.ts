// Several servers in this process on one PostgreSQL and one Redis of their own, as behind a balancer.
import { createParley, openDatabase, type Database, type Parley, type ParleyOptions } from '@parley/server';
import { inject } from 'vitest';

import { createPostgres, silent, TEMPLATE } from '../../server/src/core/testing/databases.ts';
import { personOf, signUp, type Person } from './people.ts';
import { startRedis, type RedisServer } from './redis.ts';
import { TEST_SETTINGS } from './server.ts';

export interface Node {
  readonly parley: Parley;
  readonly url: string;
}

export interface Fleet extends AsyncDisposable {
  readonly nodes: readonly Node[];
  readonly database: Database;
  readonly databaseUrl: string;
  readonly redis: RedisServer;
  /** A new account, signed in at one node. */
  person(name: string, node?: number): Promise<Person>;
  /** The clients of someone at another node, or at a server of the test's own. */
  at(node: number | string, person: Person): Person;
}

/**
 * @example
 * await using fleet = await startFleet(2);
 * const ana = await fleet.person('ana');
 * const anaElsewhere = fleet.at(1, ana);
 */
export async function startFleet(size: number, options: ParleyOptions = {}): Promise<Fleet> {
  const postgres = inject('postgresUrl');
  const redis = await startRedis();
  if (postgres === undefined || redis === undefined)
    throw new Error('several nodes need PostgreSQL and Redis');
  const databaseUrl = await createPostgres(postgres, TEMPLATE);
  const database = await openDatabase({ url: databaseUrl, log: silent });
  const nodes: Node[] = [];
  const people: Person[] = [];
  const stop = async () => {
    for (const person of people) await person.close();
    for (const { parley } of nodes) await parley.close();
    await redis[Symbol.asyncDispose]();
    await database.close();
  };
  try {
    for (let index = 0; index < size; index += 1) {
      const parley = await createParley({
        database,
        redisUrl: redis.url,
        ...TEST_SETTINGS,
        ...options,
        edgeLimits: { leaveMs: 0, idleMs: 0, ...options.edgeLimits },
      });
      nodes.push({ parley, ...(await parley.listen({ port: 0, host: '127.0.0.1' })) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const urlOf = (node: number) => nodes[node]?.url ?? '';
  const known = (person: Person) => {
    people.push(person);
    return person;
  };
  return {
    nodes,
    database,
    databaseUrl,
    redis,
    person: async (name, node = 0) => known(await signUp(urlOf(node), name)),
    at: (node, person) => known(personOf(typeof node === 'string' ? node : urlOf(node), person.session)),
    [Symbol.asyncDispose]: stop,
  };
}
