// Bare ws: a set of sockets for each room, and one ready string for all of them.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { WebSocketServer, type WebSocket } from 'ws';

import { roomId, verifyToken } from '../hall.ts';
import { serveSubject } from '../subject.ts';

serveSubject(async () => {
  const rooms = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const person = verifyToken(query.get('token') ?? '');
    for (const name of [query.get('room') ?? '', person]) {
      const room = rooms.get(name) ?? new Set();
      rooms.set(name, room.add(socket));
      socket.on('close', () => {
        room.delete(socket);
        if (room.size === 0) rooms.delete(name);
      });
    }
    socket.send('joined');
  });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish(hall, room, event) {
      const text = JSON.stringify(event);
      for (const socket of rooms.get(roomId(hall, room)) ?? []) socket.send(text);
    },
  };
});
