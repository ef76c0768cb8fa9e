// A client's side of a talk on a WebSocket, spoken by hand for each protocol: as cheap as a client can be.
import { WebSocket } from 'ws';

import { signToken } from '../delivery/hall.ts';
import { roomAt } from './town.ts';
import type { Draft, Sent } from './writer.ts';

export interface Seat {
  url: string;
  room: number;
  person: string;
  /** Is given the content of each message that the room brings. */
  hear(content: string): void;
}

export interface Talker {
  send(draft: Draft): Promise<Sent>;
}

interface Settle {
  resolve: (sent: Sent) => void;
  reject: (cause: Error) => void;
}

/** What is asked, by the number of the question. */
class Asked {
  readonly #asked = new Map<number, Settle>();
  #last = 1;

  ask(say: (number: number) => void): Promise<Sent> {
    this.#last += 1;
    return new Promise((resolve, reject) => {
      this.#asked.set(this.#last, { resolve, reject });
      say(this.#last);
    });
  }

  answer(number: number, sent: Sent | undefined, frame: string): void {
    const settle = this.#asked.get(number);
    this.#asked.delete(number);
    if (sent === undefined) settle?.reject(new Error(`not sent: ${frame}`));
    else settle?.resolve(sent);
  }

  fail(cause: Error): void {
    for (const { reject } of this.#asked.values()) reject(cause);
    this.#asked.clear();
  }
}

interface Dialect {
  path: string;
  /** The connection is open. */
  begin?: () => void;
  /** @returns whether the room is joined now */
  take: (frame: string) => boolean;
  ask: (number: number, draft: Draft) => string;
}

/** Resolves once the room is joined. */
function join(seat: Seat, speak: (say: (frame: string) => void, asked: Asked) => Dialect) {
  const asked = new Asked();
  const say = (frame: string) => socket.send(frame);
  const { path, take, ask, begin } = speak((frame) => say(frame), asked);
  const socket = new WebSocket(`${seat.url.replace(/^http/, 'ws')}${path}`, { perMessageDeflate: false });
  return new Promise<Talker>((resolve, reject) => {
    socket.on('open', () => begin?.());
    socket.on('message', (frame: Buffer) => {
      if (!take(frame.toString())) return;
      resolve({ send: (draft) => asked.ask((number) => say(ask(number, draft))) });
    });
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      const cause = new Error(`a socket was closed with ${code} ${reason.toString()}`);
      reject(cause);
      asked.fail(cause);
    });
  });
}

interface TrpcFrame {
  id: number;
  result?: { data?: { json: { message?: Sent; data?: { type: string; payload: { content: string } } } } };
}

const trpcTalk = (seat: Seat): Promise<Talker> =>
  join(seat, (say, asked) => ({
    path: '/trpc?connectionParams=1',
    begin() {
      const input = { json: { conversationId: roomAt(seat.room).id } };
      say(JSON.stringify({ method: 'connectionParams', data: { token: signToken(seat.person) } }));
      say(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'conversations.events', input } }));
    },
    take(text) {
      if (text === 'PING') {
        say('PONG');
        return false;
      }
      const { id, result } = JSON.parse(text) as TrpcFrame;
      if (id !== 1) asked.answer(id, result?.data?.json.message, text);
      const event = result?.data?.json.data;
      if (event?.type === 'message') seat.hear(event.payload.content);
      return event?.type === 'joined';
    },
    ask(id, draft) {
      const input = { json: { conversationId: roomAt(seat.room).id, ...draft } };
      return JSON.stringify({ id, method: 'mutation', params: { path: 'messages.send', input } });
    },
  }));

// Engine.IO 4 and Socket.IO 5: https://socket.io/docs/v4/socket-io-protocol
const [OPEN, PING, PONG, CONNECTED, EVENT, ANSWER] = ['0', '2', '3', '40', '42', '43'] as const;
const JOIN = 1;

const socketIoTalk = (seat: Seat): Promise<Talker> =>
  join(seat, (say, asked) => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    take(text) {
      const json = () => JSON.parse(text.slice(text.indexOf('['))) as unknown[];
      if (text.startsWith(CONNECTED)) say(`${EVENT}${JOIN}${JSON.stringify(['join', seat.room])}`);
      else if (text.startsWith(EVENT)) seat.hear((json()[1] as { content: string }).content);
      else if (text.startsWith(OPEN)) say(`${CONNECTED}${JSON.stringify({ token: signToken(seat.person) })}`);
      else if (text === PING) say(PONG);
      else if (text.startsWith(ANSWER)) {
        const number = Number.parseInt(text.slice(ANSWER.length), 10);
        if (number === JOIN) return true;
        asked.answer(number, json()[0] as Sent, text);
      }
      return false;
    },
    ask: (id, draft) => `${EVENT}${id}${JSON.stringify(['send', seat.room, draft])}`,
  }));

export const TALKS = { parley: trpcTalk, 'socket-io': socketIoTalk };
