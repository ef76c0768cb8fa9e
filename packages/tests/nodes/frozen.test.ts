// A node that is frozen for longer than its lease and goes on: it is not believed, and does not believe itself.
import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';

import { LEASE_TIMES } from '../../server/src/core/redis-leases.ts';
import { startFleet, type Fleet } from '../harness/fleet.ts';
import { freePort } from '../harness/free-port.ts';
import { ServerNode } from '../harness/node.ts';
import { JWT_SECRET } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

/** Until others have missed a node and told of it, on a busy machine. */
const missed = { timeout: LEASE_TIMES.leaseMs + 2 * LEASE_TIMES.renewMs + 10_000 };

describe.runIf(inject('postgresUrl') && inject('redisUrl'))('a node that was frozen', () => {
  let fleet: Fleet;
  let frozen: ServerNode;
  beforeAll(async () => {
    fleet = await startFleet(1);
    frozen = new ServerNode({
      name: 'frozen',
      entry: '../../server/src/main.ts',
      port: await freePort(),
      env: { DATABASE_URL: fleet.databaseUrl, REDIS_URL: fleet.redis.url, JWT_SECRET, LOG_LEVEL: 'warn' },
    });
    await frozen.start();
  });
  afterAll(async () => {
    await frozen[Symbol.asyncDispose]();
    await fleet[Symbol.asyncDispose]();
  });

  it('gives up its connections, whose clients come again and have lost nothing', async () => {
    const ben = await fleet.person('ben');
    const ana = fleet.at(frozen.url, await fleet.person('ana'));
    const { id: conversationId } = await ben.http.conversations.create.mutate({ participantIds: [ana.id] });
    const inbox = watchInbox(ben.client);
    await inbox.next('connected');
    const room = watchRoom(ana.client, conversationId);
    await Promise.all([room.next('joined'), inbox.next('presence')]);
    const socket = new WebSocket(`${frozen.url.replace('http', 'ws')}/trpc?connectionParams=1`);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await once(socket, 'open');
    socket.send(JSON.stringify({ method: 'connectionParams', data: { token: ana.session.accessToken } }));
    socket.send(JSON.stringify({ id: 1, method: 'query', params: { path: 'auth.me' } }));
    await once(socket, 'message');

    frozen.signal('SIGSTOP');
    await ben.http.messages.send.mutate({ conversationId, content: 'while it sleeps' });
    const states = () => inbox.of('presence').map(({ online }) => online);
    await expect.poll(states, missed).toEqual([true, false]);
    frozen.signal('SIGCONT');
    expect(await closed).toBe(1012);
    await room.next('joined', 2);
    await expect.poll(states, missed).toEqual([true, false, true]);
    await ben.http.messages.send.mutate({ conversationId, content: 'awake' });
    await room.next('message', 2);
    expect(room.of('message').map(({ content }) => content)).toEqual(['while it sleeps', 'awake']);
    expect(await fleet.nodes[0]?.parley.isUserOnline(ana.id)).toBe(true);
    inbox.unsubscribe();
    room.unsubscribe();
  }, 120_000);
});
