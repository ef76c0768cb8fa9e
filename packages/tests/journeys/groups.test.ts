// The life of a group over stock clients: who is in it sees it, from then on and until then.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import type { Client, Person } from '../harness/people.ts';
import { reasonOf } from '../harness/reason-of.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

describe.each(databases())('a group on $kind', (kind) => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  let cem: Person;
  beforeAll(async () => {
    server = await startServer(kind);
    [ana, ben, cem] = [await server.person('ana'), await server.person('ben'), await server.person('cem')];
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function found(title: string) {
    const { id: conversationId } = await ana.client.conversations.create.mutate({
      participantIds: [ben.id],
      title,
    });
    const say = (who: Person, content: string) => who.http.messages.send.mutate({ conversationId, content });
    return { conversationId, say };
  }

  const texts = (room: ReturnType<typeof watchRoom>) => room.of('message').map(({ content }) => content);
  const gone = { code: 'NOT_FOUND', reason: 'not_a_participant' };
  const answerTo = (call: Promise<unknown>) => call.then(() => 'answered', reasonOf);

  it('shows whoever is added what is written from then on', async () => {
    const { conversationId, say } = await found('Joining');
    await say(ana, 'before');
    const inbox = watchInbox(cem.client);
    await inbox.next('connected');
    await ana.client.conversations.addMembers.mutate({ conversationId, userIds: [cem.id] });
    expect(await inbox.next('conversation-added')).toMatchObject({ conversationId, addedBy: ana.id });
    await say(ana, 'after');
    const room = watchRoom(cem.client, conversationId, '0');
    await room.next('message');
    await say(ben, 'to all three');
    await room.next('message', 2);
    expect(room.delivered.slice(0, 4).map(({ id, data }) => [id, data.type])).toEqual([
      ['0', 'joined'],
      ['2', 'member-added'],
      ['3', 'message'],
      ['4', 'message'],
    ]);
    expect(texts(room)).toEqual(['after', 'to all three']);
    const { items } = await cem.client.messages.list.query({ conversationId });
    expect(items.map(({ content }) => content)).toEqual(['to all three', 'after']);
    await say(cem, 'and back');
    expect((await inbox.next('new-message', 2)).message.content).toBe('to all three');
    room.unsubscribe();
    inbox.unsubscribe();
  });

  it('ends for whoever is removed, on every connection, with nothing readable left', async () => {
    const { conversationId, say } = await found('Leaving');
    const others = watchRoom(ana.client, conversationId);
    const [room, overHttp, inbox] = [
      watchRoom(ben.client, conversationId),
      watchRoom(ben.client, conversationId),
      watchInbox(ben.client, '0'),
    ];
    await Promise.all([others, room, overHttp].map((one) => one.next('joined')));
    await say(ana, 'for ben too');
    const seen = await room.next('message');
    await ana.client.conversations.removeMember.mutate({ conversationId, userId: ben.id });
    await say(ana, 'not for ben');
    await others.next('message', 2);
    for (const ended of [room, overHttp]) {
      await expect.poll(() => ended.errors).toEqual([gone]);
      expect(texts(ended)).toEqual(['for ben too']);
      expect(ended.of('member-removed')).toEqual([]);
    }
    expect(await others.next('member-removed')).toMatchObject({ userId: ben.id, removedBy: ana.id });
    expect(await inbox.next('conversation-removed')).toMatchObject({ conversationId });

    const resumed = watchRoom(ben.client, conversationId, String(seen.seq));
    await expect.poll(() => resumed.errors).toEqual([gone]);
    const calls = (client: Client) => [
      client.conversations.get.query({ conversationId }),
      client.messages.list.query({ conversationId }),
      client.offers.list.query({ conversationId }),
      client.messages.send.mutate({ conversationId, content: 'x' }),
      client.typing.set.mutate({ conversationId, isTyping: true }),
      client.receipts.read.mutate({ conversationId }),
      client.conversations.addMembers.mutate({ conversationId, userIds: [ben.id] }),
    ];
    const reasons = await Promise.all(calls(ben.client).map(answerTo));
    expect(new Set(reasons)).toEqual(new Set([gone.reason]));
    const { items } = await ben.client.conversations.list.query();
    expect(items.map(({ id }) => id)).not.toContain(conversationId);
    const again = watchInbox(ben.client, '0');
    await expect.poll(() => again.of('conversation-removed').length).toBe(1);
    expect(JSON.stringify(again.delivered)).not.toMatch(/for ben too|not for ben|Leaving/);
    for (const one of [others, inbox, again]) one.unsubscribe();
  });

  it('begins anew for whoever is added again', async () => {
    const { conversationId, say } = await found('Coming back');
    const room = watchRoom(ben.client, conversationId);
    await room.next('joined');
    await say(ana, 'first stay');
    const { seq } = await room.next('message');
    await ben.client.conversations.leave.mutate({ conversationId });
    await expect.poll(() => room.errors).toEqual([gone]);
    await say(ana, 'while away');
    await ana.client.conversations.addMembers.mutate({ conversationId, userIds: [ben.id] });
    const again = watchRoom(ben.client, conversationId, String(seq));
    await again.next('member-added');
    ben.cut();
    await say(ana, 'second stay');
    await again.next('message');
    await say(ben, 'here I am');
    await again.next('message', 2);
    expect(texts(again)).toEqual(['second stay', 'here I am']);
    const { items } = await ben.client.conversations.list.query();
    expect(items.find(({ id }) => id === conversationId)).toMatchObject({ unreadCount: 1 });
    again.unsubscribe();
  });

  it('is handed over, renamed and closed by its owners', async () => {
    const { conversationId } = await found('Owned');
    const room = watchRoom(ben.client, conversationId);
    await room.next('joined');
    expect(await answerTo(ana.client.conversations.leave.mutate({ conversationId }))).toBe('last_owner');
    await ana.client.conversations.setRole.mutate({ conversationId, userId: ben.id, role: 'owner' });
    await ana.client.conversations.leave.mutate({ conversationId });
    await ben.client.conversations.rename.mutate({ conversationId, title: 'Mine' });
    expect(await room.next('role-changed')).toMatchObject({ userId: ben.id, role: 'owner' });
    expect(await room.next('member-removed')).toMatchObject({ userId: ana.id, removedBy: ana.id });
    expect(await room.next('renamed')).toMatchObject({ title: 'Mine' });
    const shown = await ben.client.conversations.get.query({ conversationId });
    expect(shown.participants.map(({ user, role }) => [user.id, role])).toEqual([[ben.id, 'owner']]);
    await ben.client.conversations.leave.mutate({ conversationId });
    await expect.poll(() => room.errors).toEqual([gone]);
  });
});
