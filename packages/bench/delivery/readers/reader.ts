// What the generator needs of a protocol: a connection that has joined a room, and what a frame says.
import type { RoomEvent } from '../subject.ts';

export interface Seat {
  url: string;
  token: string;
  room: string;
  /** Whether the person's own feed is open besides. */
  inbox: boolean;
  /** Where it goes on, for protocols that can; undefined to begin at the newest. */
  after?: number | undefined;
  /** Is given every frame that the room brings once it is joined, also those that are no event. */
  hear: (frame: string) => void;
  /** The connection has ended, and not by `leave`. */
  lost: (cause: Error) => void;
}

export interface Reader {
  /** Closes in good order; resolves when the connection is closed. */
  leave(): Promise<void>;
  /** Severs the connection without a word. */
  cut(): void;
}

export interface Protocol {
  /** Resolves once the room is joined, and the inbox where it is asked for. */
  join(seat: Seat): Promise<Reader>;
  /** The event as JSON has it, dates as text; undefined of a frame that brings none. */
  eventIn(frame: string): unknown;
  /** The library's own client for it. */
  stock?: Protocol;
}

export const asJson = (event: RoomEvent): unknown => JSON.parse(JSON.stringify(event));
