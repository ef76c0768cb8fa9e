// Subscriptions as server-sent events, through tRPC's own link and a fetch-based EventSource.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { callOverEvents, type Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { watchInbox, watchRoom } from '../harness/watch.ts';

describe.each(databases())('server-sent events on $kind', (kind) => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    server = await startServer(kind, { presenceGraceMs: 50 });
    ana = await server.person('ana');
    ben = await server.person('ben');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('carry a room and an inbox, and go on where they were after a restart', async () => {
    const { id: conversationId } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
    const client = callOverEvents(server.url, ben.session.accessToken);
    const [room, inbox] = [watchRoom(client, conversationId), watchInbox(client)];
    await room.next('joined');
    await inbox.next('connected');
    expect(await server.parley.isUserOnline(ben.id)).toBe(true);
    const send = (content: string) => ana.http.messages.send.mutate({ conversationId, content });
    await send('1');
    expect((await room.next('message')).createdAt).toBeInstanceOf(Date);
    await inbox.next('new-message');
    await server.restart();
    await send('2');
    await room.next('message', 2);
    await inbox.next('new-message', 2);
    await send('3');
    await room.next('message', 3);
    await inbox.next('new-message', 3);
    expect(room.of('message').map(({ content }) => content)).toEqual(['1', '2', '3']);
    expect(inbox.of('new-message').map(({ seq }) => seq)).toEqual([1, 2, 3]);
    room.unsubscribe();
    inbox.unsubscribe();
    await expect.poll(() => server.parley.isUserOnline(ben.id)).toBe(false);
  });

  it('are refused to an outsider', async () => {
    const { id: conversationId } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
    const eve = await server.person('eve');
    const room = watchRoom(callOverEvents(server.url, eve.session.accessToken), conversationId);
    await expect.poll(() => room.errors).toEqual([{ code: 'NOT_FOUND', reason: 'not_a_participant' }]);
    room.unsubscribe();
  });
});
