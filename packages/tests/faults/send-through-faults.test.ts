// Stock clients that send while the database fails at random, and ask again with the same clientId until they know.
import { setTimeout as delay } from 'node:timers/promises';

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { migrate } from '../../server/src/core/migrate.ts';
import { openDatabase } from '../../server/src/core/open-database.ts';
import { startDatabaseProxy, type DatabaseProxy } from '../../server/src/core/testing/database-proxy.ts';
import { databases, silent } from '../../server/src/core/testing/databases.ts';
import { randomFrom } from '../../server/src/core/testing/random.ts';
import type { Client as StockClient, Person } from '../harness/people.ts';
import { startPostgres, type Postgres } from '../harness/postgres.ts';
import { startServer, type TestServer } from '../harness/server.ts';

const SEED = Number(process.env['PARLEY_SEED'] ?? 20_261_126);
const EACH = 30;
const FAULTS_INJECTED = 14;
const FAULTS = ['kill', 'abort', 'terminate', 'cut', 'lost', 'unanswered', 'unanswered'] as const;

/** A reader with a stock client, who comes again from the last id it saw when it is told to. */
class Following {
  readonly messages: string[] = [];
  lastEventId: string | undefined;
  /** What it was told instead, if that says not to come again. */
  refusal: unknown;
  readonly #client: StockClient;
  readonly #conversationId: string;
  #subscription: { unsubscribe(): void } | undefined;
  #stopped = false;

  constructor(client: StockClient, conversationId: string) {
    this.#client = client;
    this.#conversationId = conversationId;
    this.#start();
  }

  stop(): void {
    this.#stopped = true;
    this.#subscription?.unsubscribe();
  }

  #start(): void {
    if (this.#stopped) return;
    const input = { conversationId: this.#conversationId, lastEventId: this.lastEventId };
    this.#subscription = this.#client.conversations.events.subscribe(input, {
      onData: ({ id, data }) => {
        this.lastEventId = id;
        if (data.type === 'message') this.messages.push(data.payload.id);
      },
      onError: (error) => {
        if (error.data?.retryable === true) setTimeout(() => this.#start(), 50);
        else this.refusal = error;
      },
    });
  }
}

describe.runIf(databases().some(({ kind }) => kind === 'postgres'))(
  'messages sent while PostgreSQL fails',
  () => {
    let postgres: Postgres;
    let proxy: DatabaseProxy;
    let server: TestServer;
    let url: string;
    beforeAll(async () => {
      const started = await startPostgres({ durable: true });
      if (started === undefined) throw new Error('there was a PostgreSQL a moment ago');
      postgres = started;
      url = await postgres.createDatabase();
      proxy = await startDatabaseProxy(url);
      const opened = await openDatabase({ url: proxy.url, log: silent });
      await migrate(opened);
      const database = { ...opened, clear: () => Promise.resolve() };
      server = await startServer({ kind: 'postgres', open: () => Promise.resolve(database) });
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await postgres.stop();
    });

    const terminate = async (random: () => number) => {
      const client = new Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'parley' AND hashint4(pid) % 2 = $1`,
        [random() < 0.5 ? 0 : 1],
      );
      await client.end();
    };
    const inject = async (fault: (typeof FAULTS)[number], random: () => number) => {
      if (fault === 'kill' || fault === 'abort') {
        await postgres[fault]();
        await postgres.start();
      } else if (fault === 'terminate') await terminate(random);
      else if (fault === 'cut') proxy.cut();
      else proxy.breakCommit(fault);
    };

    it(`are there once, in order and without a hole, by the retry with the same clientId (seed ${SEED})`, async () => {
      const random = randomFrom(SEED);
      const people = await Promise.all(['ana', 'ben', 'cem'].map((name) => server.person(name)));
      const [ana, ...others] = people;
      if (ana === undefined) throw new Error('there are three');
      const { id: conversationId } = await ana.http.conversations.create.mutate({
        participantIds: others.map(({ id }) => id),
      });
      const rooms = people.map(({ client }) => new Following(client, conversationId));
      await expect.poll(() => rooms.every(({ lastEventId }) => lastEventId !== undefined)).toBe(true);

      const acknowledged = new Map<string, { id: string; seq: number }>();
      const failures = new Set<string>();
      let retries = 0;
      const send = async (person: Person, clientId: string) => {
        for (;;) {
          try {
            const { message } = await person.client.messages.send.mutate({
              conversationId,
              content: clientId,
              attachments: [],
              clientId,
            });
            acknowledged.set(clientId, { id: message.id, seq: message.seq });
            return;
          } catch (error) {
            retries += 1;
            const { data } = error as { data?: { reason?: string; retryable?: boolean } };
            failures.add(data?.retryable === true ? (data.reason ?? '') : String(error));
            await delay(50);
          }
        }
      };
      const writers = people.map(async (person, index) => {
        for (let sent = 0; sent < EACH; sent += 1) await send(person, `${index}-${sent}`);
      });
      const total = people.length * EACH;
      for (let injected = 0; injected < FAULTS_INJECTED; injected += 1) {
        // Somewhere in the next messages: what comes between two faults is never nothing.
        const after = Math.min(acknowledged.size + 1 + Math.floor(random() * 4), total);
        await expect
          .poll(() => acknowledged.size, { interval: 1, timeout: 40_000 })
          .toBeGreaterThanOrEqual(after);
        await delay(random() * 10);
        // Each kind in turn, then any.
        await inject(FAULTS[injected] ?? FAULTS[Math.floor(random() * FAULTS.length)] ?? 'cut', random);
      }
      await Promise.all(writers);

      expect(retries).toBeGreaterThan(0);
      for (const reason of failures) expect(['unavailable', 'timed_out']).toContain(reason);
      // The last fault may have left connections behind that nobody has used since.
      const rows = await vi.waitFor(
        () => server.database.prisma.message.findMany({ where: { conversationId }, orderBy: { seq: 'asc' } }),
        { timeout: 20_000 },
      );
      expect(rows.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: total }, (_, i) => i + 1));
      expect(new Map(rows.map(({ clientId, id, seq }) => [clientId, { id, seq: Number(seq) }]))).toEqual(
        acknowledged,
      );
      for (const room of rooms) {
        await expect.poll(() => room.messages.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(total);
        expect([room.messages, room.refusal]).toEqual([rows.map(({ id }) => id), undefined]);
        room.stop();
      }
    }, 180_000);
  },
);
