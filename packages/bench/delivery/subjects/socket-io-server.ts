// Socket.IO as its documentation has it: a middleware for the token, a room for each conversation and each person.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server, type Socket } from 'socket.io';

import { roomId, verifyToken } from '../hall.ts';
import type { Deliverer } from '../subject.ts';

/** What an app asks its database. */
export interface Asking {
  isKnown(person: string): Promise<boolean>;
  isMember(person: string, room: string): Promise<boolean>;
}

export interface SocketIoOptions {
  asking?: Asking;
  /** Other requests than Socket.IO's own. */
  serve?: RequestListener;
  /** Messages before or after a seq, or the newest. */
  history?: (room: string, range: { before?: number; after?: number }) => unknown[];
}

export async function serveSocketIo({ asking, serve, history }: SocketIoOptions = {}): Promise<Deliverer> {
  const http = createServer(serve);
  const io = new Server(http, { transports: ['websocket'] });
  const admit = async (socket: Socket, next: (refusal?: Error) => void) => {
    try {
      const person = verifyToken((socket.handshake.auth as { token: string }).token);
      if (asking !== undefined && !(await asking.isKnown(person))) throw new Error('nobody known');
      (socket.data as { person: string }).person = person;
      next();
    } catch {
      next(new Error('unauthorized'));
    }
  };
  io.use((socket, next) => void admit(socket, next));
  io.on('connection', (socket) => {
    const { person } = socket.data as { person: string };
    void socket.join(person);
    const join = async (room: string) => {
      if (asking !== undefined && !(await asking.isMember(person, room))) return;
      await socket.join(room);
      if (asking !== undefined) socket.to(room).emit('user-joined', { person });
    };
    socket.on('join', (room: string, joined: () => void) => void join(room).then(joined));
    if (history !== undefined)
      socket.on('history', (room: string, range: object, answer: (page: unknown[]) => void) =>
        answer(history(room, range)),
      );
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    publish: (hall, room, { type, payload }) => void io.to(roomId(hall, room)).emit(type, payload),
  };
}
