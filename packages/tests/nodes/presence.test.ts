// Who is online, writes and has a room open, over all nodes, also when one of them dies.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { LEASE_TIMES } from '../../server/src/core/redis-leases.ts';
import { startFleet, type Fleet } from '../harness/fleet.ts';
import { freePort } from '../harness/free-port.ts';
import type { Person } from '../harness/people.ts';
import { startProcess } from '../harness/processes.ts';
import { JWT_SECRET } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

/** A room or an inbox. */
interface Presences {
  of(type: 'presence'): { userId: string; online: boolean }[];
}

/** A node's lease, the time until another looks, and what a busy machine needs. */
const dead = { timeout: 30_000 };
const soon = { timeout: 30_000 };

describe.runIf(inject('postgresUrl') && inject('redisUrl'))('presence over nodes', () => {
  let fleet: Fleet;
  let ben: Person;
  beforeAll(async () => {
    fleet = await startFleet(3);
    ben = await fleet.person('ben', 0);
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  async function talkWith(other: Person): Promise<string> {
    return (await ben.http.conversations.create.mutate({ participantIds: [other.id] })).id;
  }
  const online = (node: number, person: Person) => fleet.nodes[node]?.parley.isUserOnline(person.id);
  const statesOf = (watch: Presences, person: Person) =>
    watch
      .of('presence')
      .filter(({ userId }) => userId === person.id)
      .map((presence) => presence.online);

  it('is one online and one offline, however many devices and nodes', async () => {
    const ana = await fleet.person('ana', 1);
    const conversationId = await talkWith(ana);
    const [inbox, room] = [watchInbox(ben.client), watchRoom(ben.client, conversationId)];
    await Promise.all([inbox.next('connected'), room.next('joined')]);
    const devices = [ana, fleet.at(1, ana), fleet.at(2, ana), fleet.at(0, ana)];
    for (const device of devices) await device.client.auth.me.query();
    await inbox.next('presence');
    for (const node of [0, 1, 2]) {
      await expect.poll(() => online(node, ana), soon).toBe(true);
      await expect
        .poll(async () => (await fleet.nodes[node]?.parley.getActiveUsers())?.toSorted())
        .toEqual([ana.id, ben.id].toSorted());
    }
    const friends = fleet.at(2, ben);
    expect(await friends.http.presence.get.query({ userIds: [ana.id] })).toMatchObject([{ online: true }]);
    const closedFrom = Date.now();
    for (const device of devices) await device.close();
    await expect.poll(() => statesOf(inbox, ana), soon).toEqual([true, false]);
    await expect.poll(() => statesOf(room, ana), soon).toEqual([true, false]);
    expect(await online(1, ana)).toBe(false);
    const [after] = await friends.http.presence.get.query({ userIds: [ana.id] });
    expect(after?.lastSeenAt?.getTime()).toBeGreaterThanOrEqual(closedFrom);
    inbox.unsubscribe();
    room.unsubscribe();
  });

  it('tells who opens a room first and leaves it last', async () => {
    const ana = await fleet.person('ana', 1);
    const conversationId = await talkWith(ana);
    const watching = watchRoom(ben.client, conversationId);
    await watching.next('joined');
    const [phone, laptop] = [ana, fleet.at(2, ana)].map(({ client }) => watchRoom(client, conversationId));
    await Promise.all([phone?.next('joined'), laptop?.next('joined')]);
    await watching.next('user-joined');
    phone?.unsubscribe();
    await ben.http.messages.send.mutate({ conversationId, content: 'still there?' });
    await laptop?.next('message');
    expect(watching.of('user-left')).toEqual([]);
    laptop?.unsubscribe();
    expect(await watching.next('user-left')).toMatchObject({ userId: ana.id, conversationId });
    expect(watching.of('user-joined')).toHaveLength(1);
    watching.unsubscribe();
  });

  it('is told to the other nodes once Redis is back, where they could not hear of it', async () => {
    const [come, gone] = [await fleet.person('come', 1), await fleet.person('gone', 1)];
    for (const person of [come, gone]) await talkWith(person);
    const inbox = watchInbox(ben.client);
    await inbox.next('connected');
    await gone.client.auth.me.query();
    await expect.poll(() => statesOf(inbox, gone), soon).toEqual([true]);
    await fleet.redis.kill();
    await expect
      .poll(() => fleet.nodes.map(({ parley }) => parley.services.lease.space('presence').isShared), soon)
      .toEqual([false, false, false]);
    await come.client.auth.me.query();
    await gone.close();
    await expect.poll(() => online(1, come), soon).toBe(true);
    await expect.poll(() => online(1, gone), soon).toBe(false);
    expect([statesOf(inbox, come), statesOf(inbox, gone)]).toEqual([[], [true]]);
    await fleet.redis.start();
    await expect.poll(() => statesOf(inbox, come), soon).toEqual([true]);
    await expect.poll(() => statesOf(inbox, gone), soon).toEqual([true, false]);
    expect(await online(0, come)).toBe(true);
    expect(await online(2, gone)).toBe(false);
    inbox.unsubscribe();
  });

  it('ends by itself for those who were at a node that was killed, and for nobody else', async () => {
    const port = await freePort();
    await using doomed = await startProcess('../../server/src/main.ts', {
      port,
      env: {
        DATABASE_URL: fleet.databaseUrl,
        REDIS_URL: fleet.redis.url,
        JWT_SECRET,
        LOG_LEVEL: 'warn',
      },
    });
    const [ana, eve] = [await fleet.person('ana', 1), await fleet.person('eve', 1)];
    const conversationId = await talkWith(ana);
    await talkWith(eve);
    const [inbox, room] = [watchInbox(ben.client), watchRoom(ben.client, conversationId)];
    await Promise.all([inbox.next('connected'), room.next('joined')]);
    const there = [fleet.at(doomed.url, ana), fleet.at(doomed.url, eve)];
    const visit = watchRoom(there[0]?.client ?? ana.client, conversationId);
    await visit.next('joined');
    await there[1]?.client.auth.me.query();
    // Eve has another device, elsewhere.
    await eve.client.auth.me.query();
    await room.next('user-joined');
    await expect.poll(() => [statesOf(inbox, ana), statesOf(inbox, eve)], soon).toEqual([[true], [true]]);

    await there[0]?.client.typing.set.mutate({ conversationId, isTyping: true });
    expect(await room.next('typing')).toMatchObject({ userId: ana.id, isTyping: true });
    const killedAt = Date.now();
    await doomed.end('SIGKILL');
    expect(await room.next('typing', 2)).toMatchObject({ userId: ana.id, isTyping: false });
    // By itself, and not with the lease of the node.
    expect(Date.now() - killedAt).toBeLessThan(LEASE_TIMES.leaseMs - LEASE_TIMES.renewMs);
    for (const one of there) await one.close();
    await expect.poll(() => statesOf(inbox, ana), dead).toEqual([true, false]);
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    expect(await room.next('user-left')).toMatchObject({ userId: ana.id });
    expect(statesOf(inbox, eve)).toEqual([true]);
    expect(await online(0, ana)).toBe(false);
    expect(await online(0, eve)).toBe(true);
    const [seen] = await ben.http.presence.get.query({ userIds: [ana.id] });
    expect(seen?.lastSeenAt?.getTime()).toBeGreaterThan(killedAt - 1_000);
    inbox.unsubscribe();
    room.unsubscribe();
  }, 120_000);
});
