// Every way in which PostgreSQL goes away. Calls of each kind are answered with a reason that says to try again, within
// their time, and the same process works again by itself when it is back.
import { setTimeout as delay } from 'node:timers/promises';

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { outageOf } from '../../server/src/core/database-outage.ts';
import { CALL_MS, SILENCE_MS, STATEMENT_MS } from '../../server/src/core/database-timeouts.ts';
import { migrate } from '../../server/src/core/migrate.ts';
import { openDatabase } from '../../server/src/core/open-database.ts';
import { startDatabaseProxy, type DatabaseProxy } from '../../server/src/core/testing/database-proxy.ts';
import { databases, silent, type TestDatabase } from '../../server/src/core/testing/databases.ts';
import { callOverHttp, PASSWORD, type Person } from '../harness/people.ts';
import { startPostgres, type Postgres } from '../harness/postgres.ts';
import { reasonOf } from '../harness/reason-of.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { watchRoom } from '../harness/watch.ts';

const POOL_SIZE = 4;
const AGAIN = ['unavailable', 'timed_out'];
/** Longer than anyone waits for a connection of the pool, also whoever comes late. */
const USED_UP_S = STATEMENT_MS / 1_000 - 1;
/** What a busy machine takes besides. */
const BUSY_MS = 10_000;

/** The four kinds of calls, and one whose token is looked at anew. */
type Outcomes = Record<'query' | 'commit' | 'login' | 'subscription' | 'token', string>;

interface Fault {
  name: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
  /** What cannot be done meanwhile; the rest may be. */
  fails: readonly (keyof Outcomes)[];
}

const ALL = ['query', 'commit', 'login', 'subscription', 'token'] as const;

describe.runIf(databases().some(({ kind }) => kind === 'postgres'))('a PostgreSQL', () => {
  let postgres: Postgres;
  let proxy: DatabaseProxy;
  let database: TestDatabase;
  let server: TestServer;
  let ana: Person;
  let conversationId: string;
  /** Beside the proxy. */
  let url: string;
  let fillers: Client[] = [];
  let underWay: Promise<string | undefined> | undefined;

  beforeAll(async () => {
    const started = await startPostgres();
    if (started === undefined) throw new Error('there was a PostgreSQL a moment ago');
    postgres = started;
    url = await postgres.createDatabase();
    proxy = await startDatabaseProxy(url);
    const opened = await openDatabase({ url: proxy.url, log: silent, poolSize: POOL_SIZE });
    await migrate(opened);
    database = { ...opened, clear: () => Promise.resolve() };
    server = await startServer({ kind: 'postgres', open: () => Promise.resolve(database) });
    ana = await server.person('ana');
    const ben = await server.person('ben');
    ({ id: conversationId } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] }));
    await ana.client.auth.me.query();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await postgres.stop();
  });

  const admin = async (...statements: string[]) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const open = async () => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    fillers.push(client);
    return client;
  };
  const leave = async () => {
    await Promise.all(fillers.map((client) => client.end()));
    fillers = [];
  };
  const readOnly = async (on: string) => {
    await admin(
      'SET default_transaction_read_only = off',
      `ALTER SYSTEM SET default_transaction_read_only = ${on}`,
      'SELECT pg_reload_conf()',
    );
    // Whoever is let in after that comes after every connection was told.
    await admin();
  };

  /** How many connections work at the same time, and how many there are. */
  const wholePool = async () => {
    const held = Array.from(
      { length: POOL_SIZE },
      () => database.prisma.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid FROM pg_sleep(0.1)`,
    );
    const pids = (await Promise.all(held)).flat().map(({ pid }) => pid);
    return [new Set(pids).size, proxy.connections];
  };

  const becomes = (status: number) =>
    expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(status);
  const answerTo = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'ok',
      (error: unknown) => reasonOf(error) ?? `no reason: ${String(error)}`,
    );
  const subscribe = async () => {
    const watch = watchRoom(ana.client, conversationId);
    const deadline = Date.now() + CALL_MS + BUSY_MS;
    const isAnswered = () => watch.errors.length > 0 || watch.of('joined').length > 0;
    while (!isAnswered() && Date.now() < deadline) await delay(10);
    watch.unsubscribe();
    return watch.errors[0]?.reason ?? (isAnswered() ? 'ok' : 'no answer');
  };
  const send = (clientId: string) =>
    ana.client.messages.send.mutate({ conversationId, content: clientId, attachments: [], clientId });
  const attempt = async (clientId: string): Promise<Outcomes> => {
    const email = `${ana.username}@parley.test`;
    const [query, commit, login, subscription, token] = await Promise.all([
      answerTo(ana.client.conversations.list.query()),
      answerTo(send(clientId)),
      answerTo(callOverHttp(server.url).auth.login.mutate({ email, password: PASSWORD })),
      subscribe(),
      answerTo(ana.http.auth.me.query()),
    ]);
    return { query, commit, login, subscription, token };
  };

  const faults: Fault[] = [
    {
      name: 'stopped and started',
      begin: () => postgres.halt(),
      end: () => postgres.start(),
      fails: ALL,
    },
    {
      name: 'that stops at once and recovers',
      begin: () => postgres.abort(),
      end: () => postgres.start(),
      fails: ALL,
    },
    { name: 'killed and started', begin: () => postgres.kill(), end: () => postgres.start(), fails: ALL },
    {
      name: 'that is starting up',
      begin: () => postgres.halt().then(() => postgres.startStandby({ readable: false })),
      end: () => postgres.halt().then(() => postgres.start()),
      fails: ALL,
    },
    {
      name: 'whose place a standby takes, which is then promoted',
      begin: () => postgres.halt().then(() => postgres.startStandby({ readable: true })),
      end: () => admin('SELECT pg_promote()'),
      fails: ALL,
    },
    {
      name: 'restarted between two calls',
      begin: () => postgres.halt().then(() => postgres.start()),
      end: () => Promise.resolve(),
      fails: [],
    },
    {
      name: 'that ends its connections',
      begin: () =>
        admin('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()'),
      end: () => Promise.resolve(),
      fails: [],
    },
    {
      name: 'whose connections are reset',
      begin: () => {
        proxy.accept(false);
        return Promise.resolve(proxy.cut());
      },
      end: () => Promise.resolve(proxy.accept(true)),
      fails: ALL,
    },
    {
      name: 'with too many clients',
      begin: async () => {
        proxy.accept(false);
        proxy.cut();
        const { rows } = await (
          await open()
        ).query<{ limit: number }>(`SELECT current_setting('max_connections')::int AS limit`);
        // A connection that was cut makes room when its backend has noticed.
        while (fillers.length < (rows[0]?.limit ?? 0)) await open().catch(() => delay(10));
        proxy.accept(true);
      },
      end: leave,
      fails: ALL,
    },
    {
      name: 'whose pool is used up',
      begin: async () => {
        for (let held = 0; held < POOL_SIZE; held += 1)
          void database.prisma.$queryRaw`SELECT 1 FROM pg_sleep(${USED_UP_S})`.catch(() => undefined);
        await delay(0);
      },
      end: () => Promise.resolve(),
      fails: ALL,
    },
    {
      name: 'that only reads, and then writes again',
      begin: () => readOnly('on'),
      end: async () => {
        await becomes(503);
        await readOnly('off');
        await becomes(200);
      },
      fails: ['commit', 'login'],
    },
    {
      name: 'that cancels what takes long',
      begin: async () => {
        const locker = await open();
        await locker.query('BEGIN');
        await locker.query('LOCK "User", "Conversation", "Participant", "Topic" IN ACCESS EXCLUSIVE MODE');
        const canceller = await open();
        void (async () => {
          while (fillers.length > 0) {
            await canceller.query(
              `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
            );
            await delay(50);
          }
        })().catch(() => undefined);
      },
      end: leave,
      fails: ALL,
    },
    {
      name: 'whose network swallows everything',
      begin: () =>
        new Promise<void>((resolve) => {
          const halfWay = database.prisma.$transaction(async (tx) => {
            await tx.user.count();
            proxy.swallow(true);
            resolve();
            await tx.user.count();
          });
          underWay = halfWay.then(() => 'ok', outageOf);
        }),
      end: async () => {
        const outcome = await underWay;
        proxy.swallow(false);
        if (outcome !== 'timed_out') throw new Error(`a transaction under way ended as ${outcome}`);
      },
      fails: ALL,
    },
  ];

  it.each(faults)(
    '$name is answered as unavailable, and used again',
    async (fault) => {
      const { name, fails } = fault;
      await fault.begin();
      const at = Date.now();
      const outcomes = await attempt(name);
      const took = Date.now() - at;
      await fault.end();
      for (const outcome of Object.values(outcomes)) expect(['ok', ...AGAIN]).toContain(outcome);
      for (const call of fails) expect(AGAIN, `${call}: ${outcomes[call]}`).toContain(outcomes[call]);
      expect(took).toBeLessThan(CALL_MS + BUSY_MS);

      let round = 0;
      await expect
        .poll(async () => new Set(Object.values(await attempt(`${name} ${(round += 1)}`))), {
          timeout: 30_000,
        })
        .toEqual(new Set(['ok']));
      await send(name);
      expect(await database.prisma.message.count({ where: { clientId: name } })).toBe(1);
      // One that waited for an answer when the network came back is given up a little later.
      await expect.poll(wholePool, { timeout: SILENCE_MS + BUSY_MS }).toEqual([POOL_SIZE, POOL_SIZE]);
    },
    120_000,
  );
});
