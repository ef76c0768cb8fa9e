// A Socket.IO server of one page and its talks, kept in memory.
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';

import { eventOf, roomId, type Hall } from '../hall.ts';
import { serveSubject, type RoomEvent } from '../subject.ts';
import { serveSocketIo } from './socket-io-server.ts';

const PAGE = 50;
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', html: 'text/html' };
/** What is preferred is first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
];

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

/** Files as they are, and scripts compressed, as in production something before the server does it. */
function servePage(
  directory: string,
  { url = '/', headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const path = normalize(url === '/' ? '/index.html' : url);
  const taken = headers['accept-encoding'] ?? '';
  const encoding = path.endsWith('.js') ? ENCODINGS.find(({ name }) => taken.includes(name)) : undefined;
  if (encoding !== undefined) response.setHeader('content-encoding', encoding.name);
  response.setHeader(
    'content-type',
    TYPES[path.slice(-'.js'.length)] ?? TYPES[path.slice(-'html'.length)] ?? 'text/plain',
  );
  createReadStream(join(directory, `${path}${encoding?.suffix ?? ''}`))
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
}
