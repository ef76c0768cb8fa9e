// What a delivery allocates in the server, counted in a heap that is not collected meanwhile.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { createPostgres, TEMPLATE } from '../../server/src/core/testing/databases.ts';
import { signUp } from '../../tests/harness/people.ts';
import { JWT_SECRET } from '../../tests/harness/server.ts';
import type { Allocated, DeliverOrder, ServerOrder } from './counted-server.ts';
import { openReader, type Reader } from './reader.ts';

const READERS = 20;
const BROADCASTS = 100;
/** Bytes of a delivery, of which there are always some: the least of some tries is the same from run to run. */
const MOST = 1_000;
const TSX = createRequire(import.meta.url).resolve('tsx');
const postgres = inject('postgresUrl');

describe.runIf(postgres !== undefined)('a delivery', () => {
  let server: ChildProcess;
  let conversationId: string;
  const readers: Reader[] = [];

  beforeAll(async () => {
    const databaseUrl = await createPostgres(postgres ?? '', TEMPLATE);
    server = fork(new URL('counted-server.ts', import.meta.url), {
      execArgv: ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64', '--import', TSX],
    });
    const { url } = await ask<{ url: string }>({ databaseUrl, jwtSecret: JWT_SECRET } satisfies ServerOrder);
    const ana = await signUp(url, 'ana');
    const ben = await signUp(url, 'ben');
    ({ id: conversationId } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] }));
    for (let index = 0; index < READERS; index += 1)
      readers.push(await openReader(url, (index % 2 ? ana : ben).session.accessToken, conversationId));
  });
  afterAll(async () => {
    for (const { socket } of readers) socket.terminate();
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  });

  const ask = async <Answer>(order: ServerOrder | DeliverOrder): Promise<Answer> => {
    const answer = once(server, 'message');
    server.send(order);
    return ((await answer) as [Answer])[0];
  };

  it('allocates little', async () => {
    const tries: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      for (const reader of readers) reader.clear();
      const { bytes, collections } = await ask<Allocated>({ conversationId, broadcasts: BROADCASTS });
      for (const reader of readers) await reader.until((text) => text.includes(`"index":${BROADCASTS}`));
      if (collections === 0) tries.push(bytes / READERS / BROADCASTS);
    }
    const least = Math.min(...tries);
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThanOrEqual(MOST);
  });
});
