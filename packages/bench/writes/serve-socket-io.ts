// Socket.IO as its documentation has it, with an insert before it tells the room.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server } from 'socket.io';

import { verifyToken } from '../delivery/hall.ts';
import { openStatementWriter } from './prisma-writers.ts';
import type { ServeTown } from './run-served.ts';
import { roomAt } from './town.ts';
import type { Draft, Sent } from './writer.ts';

export const serveSocketIo: ServeTown = async (town) => {
  const writer = await openStatementWriter(town);
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
    socket.on('join', (room: number, joined: () => void) => {
      void socket.join(roomAt(room).id);
      joined();
    });
    socket.on('send', (number: number, draft: Draft, acknowledge: (sent: Sent) => void) => {
      const room = roomAt(number);
      const { person } = socket.data as { person: string };
      void writer.send({ ...room, author: person }, draft).then(({ seq }) => {
        io.to(room.id).emit('message', { seq, conversationId: room.id, userId: person, ...draft });
        acknowledge({ seq });
      });
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
};
