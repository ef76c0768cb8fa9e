// What one node commits or tells, the others deliver; also while Redis is away.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { startFleet, type Fleet } from '../harness/fleet.ts';
import { callOverHttp, PASSWORD, personOf, type Person } from '../harness/people.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe.runIf(inject('postgresUrl') && inject('redisUrl'))('two nodes', () => {
  let fleet: Fleet;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    fleet = await startFleet(2);
    ana = await fleet.person('ana', 0);
    ben = await fleet.person('ben', 1);
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  const open = async (subject: string) =>
    (await ana.http.conversations.create.mutate({ participantIds: [ben.id], subject })).id;
  async function readiness(node: number): Promise<[number, unknown]> {
    const response = await fetch(`${fleet.nodes[node]?.url}/readyz`);
    return [response.status, await response.json()];
  }
  const metrics = async (node: number) => await (await fetch(`${fleet.nodes[node]?.url}/metrics`)).text();

  it('deliver messages, notifications and receipts to those who are at the other', async () => {
    const conversationId = await open('both');
    const [anas, bens] = [watchRoom(ana.client, conversationId), watchRoom(ben.client, conversationId)];
    const inbox = watchInbox(ben.client);
    await Promise.all([anas.next('joined'), bens.next('joined'), inbox.next('connected')]);
    for (const number of numbers(20)) {
      const author = number % 2 === 0 ? ana : ben;
      await author.client.messages.send.mutate({ conversationId, content: `${number}` });
    }
    await Promise.all([anas.next('message', 20), bens.next('message', 20), inbox.next('new-message', 10)]);
    for (const room of [anas, bens]) {
      expect(room.of('message').map(({ content }) => Number(content))).toEqual(numbers(20));
      expect(room.of('message').map(({ seq }) => seq)).toEqual(numbers(20));
    }
    await ben.client.receipts.read.mutate({ conversationId, upToSeq: 20 });
    expect(await anas.next('read')).toMatchObject({ userId: ben.id, seq: 20 });
    anas.unsubscribe();
    bens.unsubscribe();
    inbox.unsubscribe();
  });

  it('tell who is writing, changes only, and when they come to the room', async () => {
    const conversationId = await open('typing');
    const room = watchRoom(ben.client, conversationId);
    const inbox = watchInbox(ben.client);
    await Promise.all([room.next('joined'), inbox.next('connected')]);
    const write = (isTyping: boolean) => ana.client.typing.set.mutate({ conversationId, isTyping });
    for (let repeats = 0; repeats < 5; repeats += 1) await write(true);
    expect(await room.next('typing')).toMatchObject({ userId: ana.id, isTyping: true });
    const late = watchRoom(fleet.at(1, ben).client, conversationId);
    const { participants } = await late.next('joined');
    const writing = participants.filter(({ typing }) => typing).map(({ user }) => user.id);
    expect(writing).toEqual([ana.id]);
    await write(false);
    await write(true);
    await write(false);
    expect(await room.next('typing', 2)).toMatchObject({ userId: ana.id, isTyping: false });
    await ana.client.messages.send.mutate({ conversationId, content: 'done' });
    await room.next('message');
    expect(room.of('typing')).toHaveLength(2);
    // An inbox is told in its own time.
    await Promise.all([inbox.next('new-message'), inbox.next('typing', 2)]);
    expect(inbox.of('typing').map(({ userId, isTyping }) => [userId, isTyping])).toEqual([
      [ana.id, true],
      [ana.id, false],
    ]);
    inbox.unsubscribe();
    room.unsubscribe();
    late.unsubscribe();
  });

  it('shut a person out of every one at once', async () => {
    const eve = await fleet.person('eve', 0);
    const elsewhere = fleet.at(1, eve);
    const inbox = watchInbox(elsewhere.client);
    await inbox.next('connected');
    await fleet.nodes[0]?.parley.disableUser(eve.id);
    await expect.poll(() => inbox.errors).toEqual([{ code: 'UNAUTHORIZED', reason: 'user_disabled' }]);
  });

  it('end the sessions of a person who signs out everywhere, and let them in again at once', async () => {
    const eve = await fleet.person('eve', 0);
    const inbox = watchInbox(fleet.at(1, eve).client);
    await inbox.next('connected');
    await eve.http.auth.logoutEverywhere.mutate();
    await expect.poll(() => inbox.errors).toEqual([{ code: 'UNAUTHORIZED', reason: 'token_invalid' }]);
    const email = `${eve.username}@parley.test`;
    const url = fleet.nodes[1]?.url ?? '';
    const session = await callOverHttp(url).auth.login.mutate({ email, password: PASSWORD });
    const back = personOf(url, session);
    await watchInbox(back.client).next('connected');
    expect((await back.client.auth.me.query()).id).toBe(eve.id);
    await back.close();
  });

  it('expire an offer once', async () => {
    const conversationId = await open('offer');
    const [anas, bens] = [watchRoom(ana.client, conversationId), watchRoom(ben.client, conversationId)];
    await Promise.all([anas.next('joined'), bens.next('joined')]);
    const expiresAt = new Date(Date.now() + 4_000);
    await ana.http.offers.create.mutate({ conversationId, title: 'Bike', terms: 'as it is', expiresAt });
    await Promise.all([anas.next('offer-update'), bens.next('offer-update')]);
    await ben.http.messages.send.mutate({ conversationId, content: 'too late' });
    await Promise.all([anas.next('message'), bens.next('message')]);
    for (const room of [anas, bens]) {
      expect(room.of('offer-update').map(({ status }) => status)).toEqual(['expired']);
      room.unsubscribe();
    }
  });

  it('deliver every message once while Redis goes and comes, and say that they are degraded', async () => {
    const conversationId = await open('outage');
    const room = watchRoom(ben.client, conversationId);
    await room.next('joined');
    await fleet.redis.kill();
    await expect.poll(() => readiness(1)).toEqual([200, { status: 'degraded', database: 'up', bus: 'down' }]);
    await expect.poll(() => metrics(1)).toContain('parley_bus_up 0');
    await ana.http.messages.send.mutate({ conversationId, content: '1' });
    await room.next('message');
    await fleet.redis.start();
    await ana.http.messages.send.mutate({ conversationId, content: '2' });
    await room.next('message', 2);
    await expect.poll(() => readiness(0)).toEqual([200, { status: 'ready', database: 'up', bus: 'up' }]);
    await ana.http.messages.send.mutate({ conversationId, content: '3' });
    await room.next('message', 3);
    expect(room.of('message').map(({ content }) => content)).toEqual(['1', '2', '3']);
    room.unsubscribe();
  });

  it('say that they are degraded while Redis takes no writes', async () => {
    const degraded = [200, { status: 'degraded', database: 'up', bus: 'down' }];
    await fleet.redis.command('CONFIG SET min-replicas-to-write 1');
    await expect.poll(() => readiness(0)).toEqual(degraded);
    const told = await metrics(0);
    expect(told).toContain('parley_lease_up 0');
    expect(told).toContain('parley_bus_up 1');
    await fleet.redis.command('CONFIG SET min-replicas-to-write 0');
    await expect.poll(() => readiness(0)).toEqual([200, { status: 'ready', database: 'up', bus: 'up' }]);
  });
});
