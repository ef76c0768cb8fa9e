// What the generator needs of a subject's own client library.

/** One reader, as the documentation of its library builds it; it comes back by itself after a cut. */
export interface BenchClient {
  /**
   * Severs the socket without a close handshake, and has the library wait `downMs` before it connects again.
   *
   * @returns false where there was no open socket to sever.
   */
  cut(downMs: number): boolean;
  close(): void;
}

export interface Listener {
  /** The WebSocket is open; the library's own handshake follows. */
  opened(): void;
  /** After a cut, the subject has continued where the client was. */
  resumed(): void;
  delivered(text: string): void;
  /** The library gave up or reported an error: the run is not valid. */
  failed(cause: unknown): void;
}

/** One room that every client reads. */
export interface Room {
  /** Calls that the subject refused for the time being, and that were made again. */
  readonly refused: number;
  /** Resolves once the client is in the room. */
  connect(index: number, listener: Listener): Promise<BenchClient>;
  /** Resolves once the subject has acknowledged the broadcast. */
  broadcast(text: string): Promise<void>;
}

export interface RoomOptions {
  url: string;
  clients: number;
  /** Who read, where the subject knows people: each has as many clients as it takes. */
  people: number;
}

export type OpenRoom = (options: RoomOptions) => Promise<Room>;
