import type { Protocol } from './reader.ts';
import { joinSocket } from './socket.ts';

export const bareWs: Protocol = {
  join: (seat) =>
    joinSocket(seat, {
      path: `/?${new URLSearchParams({ token: seat.token, room: seat.room }).toString()}`,
      answer: (frame) => frame === 'joined',
    }),
  eventIn: (frame) => JSON.parse(frame) as unknown,
};
