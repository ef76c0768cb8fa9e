// Engine.IO 4 and Socket.IO 5 on a WebSocket: https://socket.io/docs/v4/socket-io-protocol
import type { Protocol } from './reader.ts';
import { joinSocket } from './socket.ts';

const [OPEN, PING, PONG, CONNECTED, EVENT, ACKNOWLEDGED] = ['0', '2', '3', '40', '42', '430'] as const;

export const socketIo: Protocol = {
  join: (seat) =>
    joinSocket(seat, {
      path: '/socket.io/?EIO=4&transport=websocket',
      answer(frame, say) {
        if (frame.startsWith(OPEN)) say(`${CONNECTED}${JSON.stringify({ token: seat.token })}`);
        else if (frame.startsWith(CONNECTED)) say(`${EVENT}0${JSON.stringify(['join', seat.room])}`);
        else if (frame === PING) say(PONG);
        return frame.startsWith(ACKNOWLEDGED);
      },
      tend(frame, say) {
        if (frame !== PING) return false;
        say(PONG);
        return true;
      },
    }),
  eventIn(frame) {
    if (!frame.startsWith(`${EVENT}[`)) return undefined;
    const [type, payload] = JSON.parse(frame.slice(EVENT.length)) as [string, unknown];
    return type === 'message' ? { type, payload } : undefined;
  },
};
