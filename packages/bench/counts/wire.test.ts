// What a delivery costs on the wire, counted at the sockets: it does not depend on the machine.
import { Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import type { Person } from '../../tests/harness/people.ts';
import { startServer, type TestServer } from '../../tests/harness/server.ts';
import { openReader, type Reader } from './reader.ts';

const READERS = 5;
const BURST = 20;
const CONTENT = 'x'.repeat(350);
/** How many bytes the frame of a message has besides its content. */
const MOST_BESIDES = 530;

/** What Node.js calls for each write to a socket, however many chunks are written with it. */
const Writer = Socket.prototype as unknown as { _writeGeneric: (this: Socket, ...args: unknown[]) => void };

describe('the wire', () => {
  let server: TestServer;
  let ana: Person;
  let conversationId: string;
  const readers: Reader[] = [];
  const write = vi.spyOn(Writer, '_writeGeneric');

  beforeAll(async () => {
    const kind = databases().at(-1);
    if (kind === undefined) throw new Error('no kind of database');
    server = await startServer(kind);
    ana = await server.person('ana');
    const ben = await server.person('ben');
    ({ id: conversationId } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] }));
    for (let index = 0; index < READERS; index += 1)
      readers.push(await openReader(server.url, ben.session.accessToken, conversationId));
  });
  afterAll(async () => {
    write.mockRestore();
    for (const { socket } of readers) socket.terminate();
    await server[Symbol.asyncDispose]();
  });

  const send = () => ana.http.messages.send.mutate({ conversationId, content: CONTENT });
  /** Writes of the server to these readers. */
  const writesTo = (ports: ReadonlySet<number | undefined>) =>
    write.mock.contexts.filter(({ remotePort }) => ports.has(remotePort)).length;

  it('carries little besides a message', async () => {
    const before = readers.map((reader) => reader.bytes());
    await send();
    for (const reader of readers) await reader.until((text) => text.includes(CONTENT));
    for (const [index, reader] of readers.entries())
      expect(reader.bytes() - (before[index] ?? 0) - CONTENT.length).toBeLessThanOrEqual(MOST_BESIDES);
  });

  it('is written to once for each message and connection', async () => {
    const ports = new Set(readers.map(({ port }) => port));
    write.mockClear();
    for (const reader of readers) reader.clear();
    await send();
    for (const reader of readers) await reader.until((text) => text.includes(CONTENT));
    expect(writesTo(ports)).toBe(READERS);
  });

  it('is written to once for each connection by what happens at the same time', async () => {
    const ports = new Set(readers.map(({ port }) => port));
    write.mockClear();
    for (let index = 1; index <= BURST; index += 1)
      server.parley.broadcastToConversation(conversationId, 'burst' as never, { index } as never);
    for (const reader of readers) await reader.until((text) => text.includes(`"index":${BURST}`));
    expect(writesTo(ports)).toBe(READERS);
  });
});
