// What an operation costs the database, counted at the driver: it depends neither on the machine nor on the size of
// anything, so a bound that is passed is a query too many, or one for each row.
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { callOverSocket, type Person } from '../../tests/harness/people.ts';
import { startServer, type TestServer } from '../../tests/harness/server.ts';
import { watchInbox, watchRoom } from '../../tests/harness/watch.ts';

const PEOPLE = 6;
const TALKS = 10;
const postgres = databases().find(({ kind }) => kind === 'postgres');

describe.runIf(inject('postgresUrl') !== undefined)('the statements of an operation', () => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  /** Of many people. */
  let conversationId: string;
  const query = vi.spyOn(Client.prototype, 'query');

  beforeAll(async () => {
    if (postgres === undefined) return;
    server = await startServer(postgres);
    ana = await server.person('ana');
    ben = await server.person('ben');
    const others = await Promise.all(Array.from({ length: PEOPLE - 2 }, () => server.person('other')));
    const participantIds = [ben, ...others].map(({ id }) => id);
    for (let talk = 0; talk < TALKS; talk += 1) {
      const { id } = await ana.client.conversations.create.mutate({ title: `Talk ${talk}`, participantIds });
      conversationId = id;
      await send();
    }
  });
  afterAll(async () => {
    query.mockRestore();
    await server[Symbol.asyncDispose]();
  });

  const send = () => ana.client.messages.send.mutate({ conversationId, content: 'hello' });

  interface Operation {
    of: string;
    most: number;
    before?: () => Promise<unknown>;
    run: () => Promise<unknown>;
  }
  const typing = (isTyping: boolean) => () => ben.client.typing.set.mutate({ conversationId, isTyping });
  const read = () => ben.client.receipts.read.mutate({ conversationId });

  it.each<Operation>([
    { of: 'sending', most: 1, run: send },
    { of: 'a page of messages', most: 2, run: () => ben.client.messages.list.query({ conversationId }) },
    { of: 'a page of conversations', most: 1, run: () => ben.client.conversations.list.query() },
    { of: 'one conversation', most: 5, run: () => ben.client.conversations.get.query({ conversationId }) },
    { of: 'unread counts', most: 1, run: () => ben.client.inbox.unread.query() },
    { of: 'reading', most: 1, before: send, run: read },
    { of: 'reading what is read', most: 1, before: read, run: read },
    {
      of: 'receiving',
      most: 1,
      before: send,
      run: () => ben.client.receipts.delivered.mutate({ conversationId, upToSeq: 1_000_000 }),
    },
    { of: 'beginning to type', most: 3, before: typing(false), run: typing(true) },
    { of: 'typing on', most: 2, before: typing(true), run: typing(true) },
    {
      of: 'opening a room',
      most: 4,
      async run() {
        const watch = watchRoom(ben.client, conversationId);
        await watch.next('joined');
        watch.unsubscribe();
      },
    },
    {
      of: 'connecting, with an inbox',
      most: 2,
      async run() {
        const socket = callOverSocket(server.url, ben.session.accessToken);
        await watchInbox(socket.client).next('connected');
        await socket.close();
      },
    },
  ])('are few for $of', async ({ most, before, run }) => {
    // The fewest of some tries: what the server does by itself may fall into one of them.
    const tries: string[][] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await before?.();
      query.mockClear();
      await run();
      tries.push(query.mock.calls.map(([statement]) => textOf(statement)));
    }
    const [fewest = []] = tries.toSorted((one, other) => one.length - other.length);
    expect(fewest).not.toEqual([]);
    expect(fewest.length > most ? fewest : []).toEqual([]);
  });
});

const textOf = (statement: unknown): string =>
  typeof statement === 'string' ? statement : (statement as { text: string }).text;
