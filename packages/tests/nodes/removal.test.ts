// Removal takes effect at every node before the next event of the conversation, with Redis and without it.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { startFleet, type Fleet } from '../harness/fleet.ts';
import type { Person } from '../harness/people.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

describe.runIf(inject('postgresUrl') && inject('redisUrl'))('removal over two nodes', () => {
  let fleet: Fleet;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    fleet = await startFleet(2);
    ana = await fleet.person('ana', 0);
    ben = await fleet.person('ben', 1);
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  const group = async () =>
    (await ana.http.conversations.create.mutate({ participantIds: [ben.id], title: 'Trip' })).id;
  const say = (conversationId: string, content: string) =>
    ana.http.messages.send.mutate({ conversationId, content });

  async function expectEnd(conversationId: string, room: ReturnType<typeof watchRoom>) {
    await say(conversationId, 'before');
    await room.next('message');
    await ana.http.conversations.removeMember.mutate({ conversationId, userId: ben.id });
    for (let index = 0; index < 20; index += 1) await say(conversationId, 'after');
    const refusal = { code: 'NOT_FOUND', reason: 'not_a_participant' };
    await expect.poll(() => room.errors).toEqual([refusal]);
    expect(room.of('message').map(({ content }) => content)).toEqual(['before']);
  }

  it('ends a reader at the other node, and tells their inbox there', async () => {
    const conversationId = await group();
    const [room, inbox] = [watchRoom(ben.client, conversationId), watchInbox(ben.client)];
    await Promise.all([room.next('joined'), inbox.next('connected')]);
    await expectEnd(conversationId, room);
    expect(await inbox.next('conversation-removed')).toMatchObject({ conversationId, removedBy: ana.id });
    inbox.unsubscribe();
  });

  it('ends a reader at the other node while Redis is away', async () => {
    const conversationId = await group();
    const room = watchRoom(ben.client, conversationId);
    await room.next('joined');
    await fleet.redis.kill();
    await expectEnd(conversationId, room);
    await fleet.redis.start();
  });
});
