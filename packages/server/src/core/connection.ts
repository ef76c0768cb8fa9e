import type { Identity } from './authenticator.ts';
import type { Caller } from './caller.ts';

/** What a subscription needs to know of the socket or stream that carries it. */
export interface Connection {
  readonly id: string;
  readonly transport: 'ws' | 'http';
  readonly ip: string;
  /** That of the token it came with, or was renewed with. */
  readonly generation: Identity['generation'];
  /** True while more is buffered for the peer than the bound: ephemeral events are then dropped. */
  readonly congested: boolean;
  /** Resolves when the peer has taken enough of what was written; at once where it has. Rejects when it is given up. */
  drained(): Promise<void>;
  /** Its peer may come again in a moment: it was asked to, or the connection has ended without a word of the peer's. */
  readonly isLost: boolean;
  /** Open subscriptions, for the cap. */
  subscriptions: number;
  /** Ends every subscription with the refusal, then closes. */
  end(refusal: Error): void;
  /** Aborted by {@link end} with the refusal as its reason, and when the peer has gone. */
  readonly signal: AbortSignal;
}

/** Is told of each connection of a person who has shown a good token, sockets and event streams alike. */
export interface ConnectionWatcher {
  /** Must not throw. */
  connected(caller: Caller, connection: Connection): void;
  /** Called once for each {@link connected}. Must not throw. */
  disconnected(caller: Caller, connection: Connection): void;
}
