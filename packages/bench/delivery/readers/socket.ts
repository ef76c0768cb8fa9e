// A WebSocket that speaks a protocol by hand: as cheap as a reader can be.
import { WebSocket } from 'ws';

import type { Reader, Seat } from './reader.ts';

/** What a protocol says and hears on its way into a room. */
export interface Handshake {
  path: string;
  /** The frames of a message, for protocols that put several into one. */
  framesIn?: (message: string) => string[];
  /** The connection is open. */
  begin?: (say: (frame: string) => void) => void;
  /** A frame before the room is joined. @returns whether it is now */
  answer: (frame: string, say: (frame: string) => void) => boolean;
  /** A frame after that. @returns whether the handshake has dealt with it */
  tend?: (frame: string, say: (frame: string) => void) => boolean;
}

export function joinSocket(
  seat: Seat,
  { path, framesIn = (message) => [message], begin, answer, tend }: Handshake,
): Promise<Reader> {
  const socket = new WebSocket(`${seat.url.replace(/^http/, 'ws')}${path}`, { perMessageDeflate: false });
  const say = (frame: string) => socket.send(frame);
  let [joined, leaving] = [false, false];
  return new Promise((resolve, reject) => {
    const reader: Reader = {
      leave: () =>
        new Promise((left) => {
          leaving = true;
          if (socket.readyState === WebSocket.CLOSED) return left();
          socket.once('close', () => left());
          socket.close();
        }),
      cut() {
        leaving = true;
        socket.terminate();
      },
    };
    socket.on('open', () => begin?.(say));
    socket.on('message', (content: Buffer) => {
      try {
        for (const frame of framesIn(content.toString())) {
          if (joined) {
            if (tend?.(frame, say) !== true) seat.hear(frame);
          } else if (answer(frame, say)) {
            joined = true;
            resolve(reader);
          }
        }
      } catch (error) {
        reject(error);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      const cause = new Error(`a socket was closed with ${code} ${reason.toString()}`);
      reject(cause);
      if (joined && !leaving) seat.lost(cause);
    });
  });
}
