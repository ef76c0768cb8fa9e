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
  /** Resolves once the client is in the room. */
  connect(index: number, listener: Listener): Promise<BenchClient>;
  /** Resolves once the subject has acknowledged the broadcast. */
  broadcast(text: string): Promise<void>;
}

export type OpenRoom = (url: string, clients: number) => Promise<Room>;
