import type { Room, Town } from './town.ts';

export interface Sent {
  /** Its place in the room. */
  seq: number;
}

export interface Draft {
  clientId: string;
  content: string;
}

/** One way to write a message. It resolves when the message, and all that belongs to it, is committed. */
export interface Writer {
  send(room: Room, message: Draft): Promise<Sent>;
}

export type OpenWriter = (town: Town) => Promise<Writer>;

/** Connections to PostgreSQL, for everyone as many as Parley takes. */
export const POOL_SIZE = 10;
