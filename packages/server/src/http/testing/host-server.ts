// A server of a host application, and sockets of its own.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WebSocket, WebSocketServer } from 'ws';

export async function hostServer(listener?: Parameters<typeof createServer>[1]) {
  const server: Server = listener === undefined ? createServer() : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sockets on a path of a host's server, as `ws` has them by itself: it answers every other upgrade with 400. */
export function echoesOn(server: Server, path: string) {
  const echoes = new WebSocketServer({ server, path });
  echoes.on('connection', (socket) => socket.on('message', (raw: Buffer) => socket.send(raw.toString())));
  return { [Symbol.dispose]: () => echoes.close() };
}

export async function echoed(url: string, path: string): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`);
  await once(socket, 'open');
  socket.send('hello');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.terminate();
  return answer.toString();
}
