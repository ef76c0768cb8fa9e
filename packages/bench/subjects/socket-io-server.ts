// Socket.IO as its documentation serves it: one room that every socket is in, and a broadcast for each HTTP request.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { Server, type ServerOptions } from 'socket.io';

const ROOM = 'bench';

/** @returns the address that it serves on. */
export async function serveSocketIo(options: Partial<ServerOptions>): Promise<{ url: string }> {
  const http = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== '/broadcast') {
      response.writeHead(404).end();
      return;
    }
    void text(request).then((body) => {
      io.to(ROOM).emit('text', body);
      response.writeHead(204).end();
    });
  });
  const io = new Server(http, options);
  io.on('connection', (socket) => {
    // A recovered socket is in its rooms already.
    if (!socket.recovered) void socket.join(ROOM);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}
