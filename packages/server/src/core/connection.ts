import type { Identity } from './authenticator.ts';
import type { Caller } from './caller.ts';
import type { Endings } from './endings.ts';

/** What a client calls a request. */
export type CallId = string | number;

/** A text on its way to one peer or many. */
export interface Frame {
  readonly text: string;
  /** How long it is on the wire. */
  readonly bytes: number;
}

/** Where subscriptions of one socket write by themselves, past tRPC: whole messages of its transport. */
export interface Outlet {
  /** What a text is on the wire; `length` is its own in bytes, where it is known. */
  frame(text: string, length?: number): Frame;
  /**
   * Writes a frame before whatever is sent to the peer after it; false, with nothing written, where the peer is to be
   * waited for: {@link Connection.drained} says how long. One that many are written is made into bytes once.
   */
  write(frame: Frame): boolean;
}

/** One subscription's own way to its peer. */
export interface Line {
  readonly callId: CallId;
  readonly outlet: Outlet;
}

/** What a subscription needs to know of the socket or stream that carries it. */
export interface Connection {
  readonly id: string;
  readonly transport: 'ws' | 'http';
  readonly ip: string;
  /** That of the token it came with, or was renewed with. */
  readonly generation: Identity['generation'];
  /** True while more is buffered for the peer than the bound: ephemeral events are then dropped. */
  readonly congested: boolean;
  /** Resolves when the peer has taken enough of what was written; undefined where it has. Rejects when it is given up. */
  drained(): Promise<void> | undefined;
  /** The line of a call, by what tRPC gives its resolver; undefined where it has none. */
  line?(batchIndex: number | undefined): Line | undefined;
  /** Its peer may come again in a moment: it was asked to, or the connection has ended without a word of the peer's. */
  readonly isLost: boolean;
  /** Open subscriptions, for the cap. */
  subscriptions: number;
  /** Ends every subscription with the refusal, then closes. */
  end(refusal: Error): void;
  /** Aborted by {@link end} with the refusal as its reason, and when the peer has gone. */
  readonly signal: AbortSignal;
  /** The same without a signal's cost, where there are many. */
  readonly endings: Endings;
}

/** Is told of each connection of a person who has shown a good token, sockets and event streams alike. */
export interface ConnectionWatcher {
  /** Must not throw. */
  connected(caller: Caller, connection: Connection): void;
  /** Called once for each {@link connected}. Must not throw. */
  disconnected(caller: Caller, connection: Connection): void;
}
