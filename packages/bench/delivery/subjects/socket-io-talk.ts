// A Socket.IO server of one page and its talks, kept in memory.
import { hostOf } from '../../client/host.ts';
import { eventOf, roomId, type Hall } from '../hall.ts';
import { serveSubject, type RoomEvent } from '../subject.ts';
import { serveSocketIo } from './socket-io-server.ts';

const PAGE = 50;

type Posted = RoomEvent['payload'];

serveSubject(async ({ pages }: { pages: string }) => {
  const history = new Map<string, Posted[]>();
  const deliverer = await serveSocketIo({
    serve: hostOf(pages),
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
