import { createParley } from '@parley/server';
import { describe, expect, it } from 'vitest';

import { silent } from '../core/testing/databases.ts';
import { oneDatabase } from '../core/testing/one-database.ts';
import { metricsOf, openEdge, SECRET, signUp, until } from './testing/edge.ts';
import { EventStream } from './testing/event-stream.ts';
import { hostServer } from './testing/host-server.ts';
import { EVENTS, LONG, LONG_BODY, send } from './testing/wire.ts';

const database = oneDatabase();

describe('responses that wait for one another', () => {
  it('give the place of a long body back that waits behind a stream when their connection goes', async () => {
    await using edge = await openEdge(database, { edgeLimits: { largeBodiesPerUser: 1 } });
    const ana = await edge.person('ana');
    const admitted = () => edge.call(ana, 'mutation', 'messages.send', 'x'.repeat(200_000));
    const calls = async () => (await metricsOf(edge)).match(/^.*path="messages.send".*$/gm)?.join();
    const wire = send(edge, { ...EVENTS, token: ana.token }, { ...LONG, token: ana.token });
    await until(async () => (await admitted()).status === 429);
    const before = await calls();
    wire.write(LONG_BODY);
    await until(async () => (await calls()) !== before);
    expect((await admitted()).status).toBe(429);
    wire.destroy();
    await until(async () => (await admitted()).status === 400);
  });

  it('are no streams of their person any more when their connection goes', async () => {
    await using edge = await openEdge(database, { edgeLimits: { connectionsPerUser: 2 } });
    const ana = await edge.person('ana');
    const open = (count: number) => `parley_connections{transport="http"} ${count}`;
    const wire = send(edge, { ...EVENTS, token: ana.token }, { ...EVENTS, token: ana.token });
    await until(async () => (await metricsOf(edge)).includes(open(2)));
    wire.destroy();
    await until(async () => (await metricsOf(edge)).includes(open(0)));
    await using one = await EventStream.open(edge, ana, 'inbox.events');
    await using two = await EventStream.open(edge, ana, 'inbox.events');
    for (const stream of [one, two]) await stream.next(({ data }) => data.includes('connected'));
    expect(await metricsOf(edge)).toContain(open(2));
  });

  it('are none that Parley waits for, when their connection goes, where their path cannot be read', async () => {
    await using host = await hostServer();
    const parley = await createParley({
      ...{ database, jwtSecret: SECRET, log: silent },
      edgeLimits: { leaveMs: 0, drainMs: 60_000 },
    });
    parley.attach(host.server);
    const { token } = await signUp(host.url, 'ana');
    let asked = 0;
    host.server.on('request', () => (asked += 1));
    const wire = send(host, { ...EVENTS, token }, { line: 'GET /trpc/%zz' });
    await until(() => asked === 2);
    wire.destroy();
    await expect(parley.close()).resolves.toBeUndefined();
  });
});
