// The people, rooms and events of a measurement: all processes make the same ones from the same numbers.
import { createSecretKey } from 'node:crypto';

import type { PostedMessage } from '@parley/contract';
import jwt from 'jsonwebtoken';

/** So many people, each in one room; the numbers begin anew in each hall, and the ids do not. */
export interface Hall {
  /** Tells its people and rooms from those of every other hall. */
  number: number;
  people: number;
  perRoom: number;
}

export const roomsOf = ({ people, perRoom }: Hall): number => people / perRoom;
export const roomOf = ({ perRoom }: Hall, person: number): number => Math.floor(person / perRoom);

/** A UUIDv7 of a time long past, of a kind and a number. */
function idOf(kind: 'a' | 'b' | 'c', hall: number, number: number): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
  return `0190a0b0-c0d0-7${kind}00-8${hex(hall, 3)}-${hex(number, 12)}`;
}

export const personId = (hall: Hall, person: number): string => idOf('a', hall.number, person);
export const roomId = (hall: Hall, room: number): string => idOf('b', hall.number, room);
export const usernameOf = (hall: Hall, person: number): string => `reader-${hall.number}-${person}`;

const SECRET = createSecretKey(Buffer.from('a secret of the benchmark, which no other has'));
const ALGORITHM = 'HS256';

/** Of Parley's subject: its own key, so that the generator can make the tokens. */
export const JWT_SECRET = SECRET.export().toString();

export const signToken = (userId: string): string =>
  jwt.sign({ sub: userId }, SECRET, { algorithm: ALGORITHM, expiresIn: '1d' });

/** The check of Parley's peers: as Parley's own, with a key object that is made once. */
export function verifyToken(token: string): string {
  const { sub } = jwt.verify(token, SECRET, { algorithms: [ALGORITHM] }) as jwt.JwtPayload;
  if (sub === undefined) throw new Error('a token of nobody');
  return sub;
}

const BEGAN = Date.UTC(2026, 0, 1);
const TEXT = 'Could I fetch it on Saturday, around ten?';

/** Of the message with a seq. */
export const textOf = (seq: number | ''): string => `${TEXT} ${seq}`;

/** The event of a room with this seq, from 1: about 350 bytes as JSON. */
export function eventOf(hall: Hall, room: number, seq: number): { type: 'message'; payload: PostedMessage } {
  const author = room * hall.perRoom;
  const userId = personId(hall, author);
  return {
    type: 'message',
    payload: {
      id: idOf('c', hall.number, room * 1_000_000 + seq),
      seq,
      conversationId: roomId(hall, room),
      userId,
      user: { id: userId, username: usernameOf(hall, author), avatar: null },
      content: textOf(seq),
      attachments: [],
      replyToId: null,
      clientId: null,
      createdAt: new Date(BEGAN + seq),
    },
  };
}
