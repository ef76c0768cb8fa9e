import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';

import { centrifugo } from './centrifugo.ts';

const push = (seq: number) =>
  JSON.stringify({ push: { channel: 'room:r', pub: { data: { type: 'message', payload: { seq } } } } });

/** A server that says these messages, one after each command, and keeps the commands. */
async function serverSaying(messages: readonly string[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const heard: unknown[] = [];
  server.on('connection', (socket) =>
    socket.on('message', (command: Buffer) => {
      const message = messages[heard.push(JSON.parse(command.toString())) - 1];
      if (message !== undefined) socket.send(message);
    }),
  );
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

const join = (url: string, hear: (frame: string) => void = () => undefined) =>
  centrifugo.join({ url, token: 'jwt', room: 'r', inbox: false, hear, lost: () => undefined });

describe('the reader of Centrifugo’s protocol', () => {
  it('connects with its token, subscribes to the room, and hears each push of a message that brings several', async () => {
    const frames: string[] = [];
    await using server = await serverSaying([
      '{"id":1,"connect":{"client":"c","ping":25,"pong":true}}',
      `{"id":2,"subscribe":{}}\n${push(1)}\n{}\n${push(2)}\n`,
    ]);
    const reader = await join(server.url, (frame) => frames.push(frame));
    await expect.poll(() => server.heard).toHaveLength(3);
    await reader.leave();
    expect(server.heard).toEqual([
      { id: 1, connect: { token: 'jwt' } },
      { id: 2, subscribe: { channel: 'room:r' } },
      // To the ping.
      {},
    ]);
    expect(frames.map((frame) => centrifugo.eventIn(frame))).toEqual([
      { type: 'message', payload: { seq: 1 } },
      { type: 'message', payload: { seq: 2 } },
    ]);
  });

  it('has not joined where it was refused', async () => {
    await using server = await serverSaying([
      '{"id":1,"connect":{"client":"c"}}',
      '{"id":2,"error":{"code":103,"message":"permission denied"}}',
    ]);
    await expect(join(server.url)).rejects.toThrow('command 2 was refused: permission denied');
  });

  it('finds no event in a reply', () => {
    expect(centrifugo.eventIn('{"id":3,"unsubscribe":{}}')).toBeUndefined();
  });
});
