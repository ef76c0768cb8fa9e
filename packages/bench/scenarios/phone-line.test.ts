import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { openPhoneLine, type PhoneLine } from './phone-line.ts';

const LATENCY_MS = 40;
const BYTES_PER_SECOND = 200_000;
const LARGE = Buffer.alloc(20_000, 'large');

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** A server that answers each request with {@link LARGE}, and gives back each message of a socket. */
async function lineToServer(): Promise<PhoneLine> {
  const server = createServer((_request, response) => response.end(LARGE)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  new WebSocketServer({ server }).on('connection', (socket) =>
    socket.on('message', (message) => socket.send(message)),
  );
  const line = await openPhoneLine(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    latencyMs: LATENCY_MS,
    bytesPerSecond: BYTES_PER_SECOND,
  });
  opened.push(
    () => server.close(),
    () => line[Symbol.asyncDispose](),
  );
  return line;
}

async function timed<Value>(act: () => Promise<Value>): Promise<{ value: Value; ms: number }> {
  const began = performance.now();
  return { value: await act(), ms: performance.now() - began };
}

describe('a phone’s line', () => {
  it('takes its time to connect, to ask and to let the answer through', async () => {
    const { url } = await lineToServer();
    const { value, ms } = await timed(async () => Buffer.from(await (await fetch(url)).arrayBuffer()));
    expect(value.equals(LARGE)).toBe(true);
    expect(ms).toBeGreaterThan(2 * LATENCY_MS + (LARGE.length * 1_000) / BYTES_PER_SECOND);
  });

  it('takes its time for what comes over a socket too', async () => {
    const { url } = await lineToServer();
    const socket = new WebSocket(url);
    opened.push(() => socket.terminate());
    await once(socket, 'open');
    const { value, ms } = await timed(async () => {
      socket.send('small');
      const [message] = (await once(socket, 'message')) as [Buffer];
      return message;
    });
    expect(String(value)).toBe('small');
    expect(ms).toBeGreaterThan(LATENCY_MS - 1);
  });

  it('lets all of an answer through whose server closes at once, also to a page that is slow to read', async () => {
    const huge = Buffer.alloc(32 * 1_024 * 1_024, 'huge');
    const server = createTcpServer((socket) => socket.end(huge)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const line = await openPhoneLine(url, { latencyMs: 0, bytesPerSecond: 1e9 });
    opened.push(
      () => server.close(),
      () => line[Symbol.asyncDispose](),
    );
    const page = connect(Number(new URL(line.url).port), '127.0.0.1').pause();
    await pause(500);
    let read = 0;
    for await (const bytes of page) read += (bytes as Buffer).length;
    expect(read).toBe(huge.length);
  });

  it('is one for all connections', async () => {
    const { url } = await lineToServer();
    const { ms } = await timed(() =>
      Promise.all([url, url].map(async (it) => (await fetch(it)).arrayBuffer())),
    );
    expect(ms).toBeGreaterThan(2 * LATENCY_MS + (2 * LARGE.length * 1_000) / BYTES_PER_SECOND);
  });
});
