// A rolling restart under load: clients behind a balancer that never lose a call or an event.
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { createPostgres, TEMPLATE } from '../../server/src/core/testing/databases.ts';
import { openBalancer } from '../harness/balancer.ts';
import { freePort } from '../harness/free-port.ts';
import { ServerNode } from '../harness/node.ts';
import { callOverEvents, signUp, type Person } from '../harness/people.ts';
import type { Proxy } from '../harness/proxy.ts';
import { startRedis, type RedisServer } from '../harness/redis.ts';
import { JWT_SECRET } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Calls again and again until it is stopped, and notes what fails. */
class Load {
  readonly failures: string[] = [];
  made = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(call: (count: number) => Promise<unknown>, everyMs: number) {
    this.#done = this.#run(call, everyMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #run(call: (count: number) => Promise<unknown>, everyMs: number): Promise<void> {
    while (!this.#stopped) {
      try {
        await call(this.made + 1);
        this.made += 1;
      } catch (error) {
        this.failures.push(inspect(error));
      }
      await pause(everyMs);
      // Where this process stood still meanwhile, it hears first which connections are closed: through the balancer too.
      for (let turns = 0; turns < 4; turns += 1) await setImmediate();
    }
  }
}

describe.runIf(inject('postgresUrl') && inject('redisUrl'))('nodes behind a balancer', () => {
  let redis: RedisServer;
  let balancer: Proxy;
  let nodes: ServerNode[];
  let people: Person[];
  let url: string;
  beforeAll(async () => {
    const started = await startRedis();
    if (started === undefined) throw new Error('there was a Redis a moment ago');
    redis = started;
    const env = {
      DATABASE_URL: await createPostgres(inject('postgresUrl') ?? '', TEMPLATE),
      REDIS_URL: redis.url,
      JWT_SECRET,
      LOG_LEVEL: 'warn',
    };
    nodes = [];
    for (const name of ['one', 'two', 'three']) {
      const entry = '../../server/src/main.ts';
      nodes.push(new ServerNode({ name, entry, port: await freePort(), env }));
    }
    await Promise.all(nodes.map((node) => node.start()));
    balancer = await openBalancer(nodes.map(({ port }) => port));
    url = `http://127.0.0.1:${balancer.port}`;
    people = [await signUp(url, 'ana'), await signUp(url, 'ben'), await signUp(url, 'eve')];
  });
  afterAll(async () => {
    for (const person of people) await person.close();
    for (const node of nodes) await node[Symbol.asyncDispose]();
    await balancer[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  it('are restarted one after the other, and no call fails and no event is lost', async () => {
    const [ana, ben, eve] = people as [Person, Person, Person];
    const { id: conversationId } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
    const { id: other } = await eve.http.conversations.create.mutate({ participantIds: [ben.id] });
    const [room, quiet, inbox] = [
      watchRoom(ben.client, conversationId),
      watchRoom(ben.client, other),
      watchInbox(ben.client),
    ];
    const stream = watchRoom(callOverEvents(url, ben.session.accessToken), conversationId);
    const quietStream = watchRoom(callOverEvents(url, eve.session.accessToken), other);
    await Promise.all([
      room.next('joined'),
      quiet.next('joined'),
      stream.next('joined'),
      quietStream.next('joined'),
      inbox.next('connected'),
    ]);
    const loads = [
      new Load((count) => ana.client.messages.send.mutate({ conversationId, content: `${count}` }), 40),
      new Load((count) => eve.http.messages.send.mutate({ conversationId: other, content: `${count}` }), 40),
      new Load(() => ana.client.auth.me.query(), 20),
      new Load(() => eve.http.auth.me.query(), 20),
    ];
    for (const node of nodes) {
      await pause(500);
      expect(await node.end('SIGTERM')).toBe(0);
      await node.start();
    }
    const sends = loads.slice(0, 2);
    await expect.poll(() => Math.min(...sends.map(({ made }) => made))).toBeGreaterThan(50);
    for (const load of loads) await load.stop();

    expect(loads.map(({ failures }) => failures)).toEqual([[], [], [], []]);
    const [byAna, byEve] = loads.map(({ made }) => made) as [number, number];
    await Promise.all([room, stream].map((watch) => watch.next('message', byAna)));
    await quiet.next('message', byEve);
    await inbox.next('new-message', byAna + byEve);
    for (const watch of [room, stream])
      expect(watch.of('message').map(({ content }) => Number(content))).toEqual(numbers(byAna));
    expect(quiet.of('message').map(({ content }) => Number(content))).toEqual(numbers(byEve));
    const notified = (id: string) =>
      inbox.of('new-message').flatMap((told) => (told.conversationId === id ? [told.seq] : []));
    expect(notified(conversationId)).toEqual(numbers(byAna));
    expect(notified(other)).toEqual(numbers(byEve));
    expect([room, quiet, stream, inbox].map(({ errors }) => errors)).toEqual([[], [], [], []]);
    // Who moves has not left: ben by his socket, eve by her stream.
    expect([quiet, quietStream].map((watch) => watch.of('user-left'))).toEqual([[], []]);
    for (const watch of [room, quiet, stream, quietStream, inbox]) watch.unsubscribe();
  }, 180_000);
});
