// A reader of one room that keeps what it is sent as it comes, byte by byte.
import { once } from 'node:events';
import type { Socket } from 'node:net';

import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';

export interface Reader {
  socket: WebSocket;
  /** Its own, which is the server's remote one. */
  port: number | undefined;
  /** Received so far, with what frames them. */
  bytes(): number;
  clear(): void;
  /** Resolves when a frame is so. */
  until(matches: (text: string) => boolean): Promise<void>;
}

/** Opens a room over WebSocket, and resolves when its subscription has begun. */
export async function openReader(url: string, token: string, conversationId: string): Promise<Reader> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`);
  let beneath: Socket | undefined;
  socket.once('upgrade', (response) => (beneath = response.socket));
  const frames: string[] = [];
  socket.on('message', (frame: Buffer) => frames.push(frame.toString()));
  await once(socket, 'open');
  const params = { path: 'conversations.events', input: { json: { conversationId } } };
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params }));
  const until = (matches: (text: string) => boolean) =>
    vi.waitFor(() => expect(frames.some(matches)).toBe(true), { timeout: 20_000, interval: 5 });
  await until((text) => text.includes('"joined"'));
  return {
    socket,
    port: beneath?.localPort,
    bytes: () => beneath?.bytesRead ?? Number.NaN,
    clear: () => frames.splice(0),
    until,
  };
}
