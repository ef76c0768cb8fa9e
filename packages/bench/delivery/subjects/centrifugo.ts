// Centrifugo as its documentation has it: a server of its own, that a back end publishes to by its HTTP API. This process
// is that back end, and is not measured.
import { roomChannel } from '../channels.ts';
import { roomId } from '../hall.ts';
import { serveSubject } from '../subject.ts';
import { startCentrifugo, type Publication } from './centrifugo-server.ts';

serveSubject(async () => {
  const server = await startCentrifugo();
  let told: Publication[] = [];
  /** What was told in one turn goes out in one request; an answer that is none ends the process. */
  const send = () => {
    void server.publish(told);
    told = [];
  };
  return {
    url: server.url,
    usage: (order) => server.usage(order),
    publish(hall, room, event) {
      if (told.length === 0) setImmediate(send);
      told.push({ channel: roomChannel(roomId(hall, room)), data: event });
    },
  };
});
