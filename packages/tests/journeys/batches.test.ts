// What stock clients make of many calls in one turn: one body.
import type { AppRouter } from '@parley/server/api';
import { createTRPCClient, httpBatchLink, httpBatchStreamLink } from '@trpc/client';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { reasonOf } from '../harness/reason-of.ts';
import { startServer, type TestServer } from '../harness/server.ts';

const [kind] = databases();

const LONG = 'x'.repeat(10_000);

describe.each([
  ['httpBatchLink', httpBatchLink],
  ['httpBatchStreamLink', httpBatchStreamLink],
])('long messages of one turn, with %s,', (_, link) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const clientOf = (token: string) =>
    createTRPCClient<AppRouter>({
      links: [
        link({
          url: `${server.url}/trpc`,
          transformer: superjson,
          headers: { authorization: `Bearer ${token}` },
        }),
      ],
    });

  it('are sent in one body by stock clients, up to 1 MiB', async () => {
    const [ana, ben] = [await server.person('ana'), await server.person('ben')];
    const { id } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
    const client = clientOf(ana.session.accessToken);
    const send = async (content: string) =>
      (await client.messages.send.mutate({ conversationId: id, content })).message.content;
    const contents = Array.from({ length: 100 }, () => LONG);
    expect(await Promise.all(contents.map(send))).toEqual(contents);
    const tooMany = await Promise.allSettled(Array.from({ length: 110 }, () => send(LONG)));
    expect(new Set(tooMany.map(refusalOf))).toEqual(new Set(['payload_too_large']));
  });

  it('are refused by why nobody may send them', async () => {
    const send = () => clientOf('nonsense').messages.send.mutate({ conversationId: 'x', content: LONG });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, send));
    expect(new Set(answers.map(refusalOf))).toEqual(new Set(['token_invalid']));
  });
});

const refusalOf = (answer: PromiseSettledResult<unknown>) =>
  answer.status === 'rejected' ? reasonOf(answer.reason) : undefined;
