// Centrifugo's client protocol, version 2, as JSON on a WebSocket: https://centrifugal.dev/docs/transports/client_protocol
import { roomChannel } from '../channels.ts';
import type { Protocol } from './reader.ts';
import { joinSocket } from './socket.ts';

const [CONNECT, SUBSCRIBE] = [1, 2];
/** A reply, or a command, of nothing: either side is still there. */
const [PING, PONG] = ['{}', '{}'];

interface Reply {
  id?: number;
  error?: { code: number; message: string };
  push?: { channel?: string; pub?: { data: unknown } };
}

export const centrifugo: Protocol = {
  join: (seat) =>
    joinSocket(seat, {
      path: '/connection/websocket',
      framesIn: (message) => message.trim().split('\n'),
      begin: (say) => say(JSON.stringify({ id: CONNECT, connect: { token: seat.token } })),
      answer(frame, say) {
        if (frame === PING) say(PONG);
        const { id, error } = JSON.parse(frame) as Reply;
        if (error !== undefined) throw new Error(`command ${id} was refused: ${error.message}`);
        if (id === CONNECT)
          say(JSON.stringify({ id: SUBSCRIBE, subscribe: { channel: roomChannel(seat.room) } }));
        return id === SUBSCRIBE;
      },
      tend(frame, say) {
        if (frame !== PING) return false;
        say(PONG);
        return true;
      },
    }),
  eventIn(frame) {
    const { push } = JSON.parse(frame) as Reply;
    return push?.pub?.data;
  },
};
