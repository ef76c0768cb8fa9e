// Socket.IO as its documentation has it: a middleware for the token, a room for each conversation and each person.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server } from 'socket.io';

import { roomId, verifyToken } from '../hall.ts';
import { serveSubject } from '../subject.ts';

serveSubject(async () => {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'] });
  io.use((socket, next) => {
    try {
      (socket.data as { person: string }).person = verifyToken(
        (socket.handshake.auth as { token: string }).token,
      );
      next();
    } catch {
      next(new Error('unauthorized'));
    }
  });
  io.on('connection', (socket) => {
    void socket.join((socket.data as { person: string }).person);
    socket.on('join', (room: string, joined: () => void) => {
      void socket.join(room);
      joined();
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    publish: (hall, room, { type, payload }) => void io.to(roomId(hall, room)).emit(type, payload),
  };
});
