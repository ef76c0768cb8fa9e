// A Socket.IO server of one page and its talks, kept in memory.
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';

import { eventOf, roomId, type Hall } from '../hall.ts';
import { serveSubject, type RoomEvent } from '../subject.ts';
import { serveSocketIo } from './socket-io-server.ts';

const PAGE = 50;
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', html: 'text/html' };

type Posted = RoomEvent['payload'];

serveSubject(async ({ webDirectory }: { webDirectory: string }) => {
  const history = new Map<string, Posted[]>();
  const deliverer = await serveSocketIo({
    serve: (request, response) => servePage(webDirectory, request, response),
    history(room, { before, after }) {
      const all = history.get(room) ?? [];
      if (after !== undefined) return all.filter(({ seq }) => seq > after);
      return (before === undefined ? all : all.filter(({ seq }) => seq < before)).slice(-PAGE);
    },
  });
  return {
    ...deliverer,
    keep(hall: Hall, events: number) {
      const kept = Array.from({ length: events }, (_, index) => eventOf(hall, 0, index + 1).payload);
      history.set(roomId(hall, 0), kept);
      return Promise.resolve();
    },
    publish(hall, room, event) {
      history.get(roomId(hall, room))?.push(event.payload);
      deliverer.publish(hall, room, event);
    },
  };
});

function servePage(directory: string, { url = '/' }: IncomingMessage, response: ServerResponse): void {
  const path = normalize(url === '/' ? '/index.html' : url);
  response.setHeader(
    'content-type',
    TYPES[path.slice(-'.js'.length)] ?? TYPES[path.slice(-'html'.length)] ?? 'text/plain',
  );
  createReadStream(join(directory, path))
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
}
