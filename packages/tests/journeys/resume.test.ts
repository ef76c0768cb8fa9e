// Resumption: what a stock client receives over cuts, reconnects and restarts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import type { Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe.each(databases())('a subscription on $kind', (kind) => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    server = await startServer(kind);
    ana = await server.person('ana');
    ben = await server.person('ben');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = async (subject: string) =>
    (await ana.client.conversations.create.mutate({ participantIds: [ben.id], subject })).id;
  const send = (conversationId: string, content: string) =>
    ana.http.messages.send.mutate({ conversationId, content });

  it('delivers every message once and in order over many cuts', async () => {
    const conversationId = await open('cuts');
    const [room, inbox] = [watchRoom(ben.client, conversationId), watchInbox(ben.client)];
    await room.next('joined');
    await inbox.next('connected');
    for (const number of numbers(40)) {
      await send(conversationId, `${number}`);
      if (number % 7 === 0) ben.cut();
    }
    await room.next('message', 40);
    await inbox.next('new-message', 40);
    expect(room.of('message').map(({ content }) => Number(content))).toEqual(numbers(40));
    expect(room.of('message').map(({ seq }) => seq)).toEqual(numbers(40));
    expect(inbox.of('new-message').map(({ seq }) => seq)).toEqual(numbers(40));
    expect(room.of('joined').some(({ resumed }) => resumed)).toBe(true);
    room.unsubscribe();
    inbox.unsubscribe();
  });

  it('goes on where it was after the server was restarted', async () => {
    const conversationId = await open('restart');
    const room = watchRoom(ben.client, conversationId);
    await room.next('joined');
    await send(conversationId, '1');
    await room.next('message');
    await server.restart();
    await send(conversationId, '2');
    await room.next('message', 2);
    await send(conversationId, '3');
    await room.next('message', 3);
    expect(room.of('message').map(({ content }) => content)).toEqual(['1', '2', '3']);
    room.unsubscribe();
  });

  it('begins at the head without a lastEventId, and after it with one', async () => {
    const conversationId = await open('begin');
    for (const number of numbers(3)) await send(conversationId, `${number}`);
    const [fresh, resumed] = [
      watchRoom(ben.client, conversationId),
      watchRoom(ben.client, conversationId, '1'),
    ];
    expect(await fresh.next('joined')).toMatchObject({ headSeq: 3, resumed: false });
    expect(await resumed.next('joined')).toMatchObject({ headSeq: 3, resumed: true });
    await resumed.next('message', 2);
    await send(conversationId, '4');
    await fresh.next('message');
    await resumed.next('message', 3);
    expect(fresh.of('message').map(({ content }) => content)).toEqual(['4']);
    expect(resumed.of('message').map(({ content }) => content)).toEqual(['2', '3', '4']);
    fresh.unsubscribe();
    resumed.unsubscribe();
  });

  it('is refused with a lastEventId that is none', async () => {
    const conversationId = await open('bad');
    const room = watchRoom(ben.client, conversationId, 'yesterday');
    await expect.poll(() => room.errors).toEqual([{ code: 'BAD_REQUEST', reason: 'invalid_input' }]);
  });
});
