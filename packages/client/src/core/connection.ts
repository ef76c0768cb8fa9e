/**
 * The connection as a state machine: what follows from what, as a pure function. `MOVES` has a row for every state and
 * an entry for every event, which the compiler keeps complete. It holds no socket and no timer; the transport does.
 */
import type { ErrorReason } from '@parley/contract';

import { backoff } from './backoff.ts';
import type { Subscribable } from './subscribable.ts';

/**
 * - `idle`: nothing has been asked for yet, or the person has signed out
 * - `connecting`: on the way; `attempt` have failed in a row
 * - `open`: since `since`, in milliseconds since 1970, after `attempt` failures
 * - `waiting`: lost, or not reached; the next attempt is at `retryAt`
 * - `unauthorised`: the server takes no token that there is; stays until there is another one
 * - `closed`: by `close()`, for good
 */
export type ConnectionState =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting'; readonly attempt: number }
  | { readonly state: 'open'; readonly attempt: number; readonly since: number }
  | { readonly state: 'waiting'; readonly attempt: number; readonly retryAt: number }
  | { readonly state: 'unauthorised'; readonly reason: ErrorReason }
  | { readonly state: 'closed' };

export type ConnectionEvent =
  /** Something was asked for that needs the connection. */
  | { type: 'called' }
  /** An attempt begins. */
  | { type: 'dialled' }
  | { type: 'opened'; at: number }
  /** The socket was lost, or an attempt failed; `random` from 0 up to 1 spreads the next one. */
  | { type: 'lost'; at: number; random: number }
  /** Do not wait any longer. */
  | { type: 'hurried'; at: number }
  | { type: 'refused'; reason: ErrorReason }
  /** The person has signed out, or is another one now. */
  | { type: 'dropped' }
  | { type: 'closed' };

/** The connection's state for everyone to see, and a way to hurry it. */
export interface Connection extends Subscribable<ConnectionState> {
  /** Short for `getSnapshot().state`. */
  readonly state: ConnectionState['state'];
  /** Where it is waiting: tries again at once. A browser that comes back online does so by itself. */
  readonly retry: () => void;
}

/** A connection that lasted so long was a good one: failures are counted anew. Longer than a server takes to refuse. */
export const STEADY_AFTER_MS = 10_000;

type In<Name extends ConnectionState['state']> = Extract<ConnectionState, { state: Name }>;
type Of<Name extends ConnectionEvent['type']> = Extract<ConnectionEvent, { type: Name }>;
type Moves = {
  [Name in ConnectionState['state']]: {
    [Type in ConnectionEvent['type']]: (from: In<Name>, event: Of<Type>) => ConnectionState;
  };
};

const stay = <State extends ConnectionState>(from: State): ConnectionState => from;
const idle = (): ConnectionState => ({ state: 'idle' });
const closed = (): ConnectionState => ({ state: 'closed' });
const connecting = (): ConnectionState => ({ state: 'connecting', attempt: 0 });
const refused = (_from: ConnectionState, { reason }: Of<'refused'>): ConnectionState => ({
  state: 'unauthorised',
  reason,
});
const open = (attempt: number, since: number): ConnectionState => ({ state: 'open', attempt, since });
const waiting = (attempt: number, { at, random }: Of<'lost'>): ConnectionState => ({
  state: 'waiting',
  attempt,
  retryAt: at + backoff(attempt, random),
});

const MOVES: Moves = {
  idle: {
    called: connecting,
    dialled: connecting,
    opened: (_from, { at }) => open(0, at),
    lost: (_from, event) => waiting(1, event),
    hurried: stay,
    refused,
    dropped: stay,
    closed,
  },
  connecting: {
    called: stay,
    dialled: stay,
    opened: ({ attempt }, { at }) => open(attempt, at),
    lost: ({ attempt }, event) => waiting(attempt + 1, event),
    hurried: stay,
    refused,
    dropped: idle,
    closed,
  },
  open: {
    called: stay,
    // A socket that is replaced serves until the next one is there.
    dialled: stay,
    opened: stay,
    lost: ({ attempt, since }, event) =>
      waiting(event.at - since >= STEADY_AFTER_MS ? 1 : attempt + 1, event),
    hurried: stay,
    refused,
    dropped: idle,
    closed,
  },
  waiting: {
    called: stay,
    dialled: ({ attempt }) => ({ state: 'connecting', attempt }),
    opened: ({ attempt }, { at }) => open(attempt, at),
    // One failure is told of more than once: by the error, by the close, by the attempt.
    lost: stay,
    hurried: ({ attempt }, { at }) => ({ state: 'waiting', attempt, retryAt: at }),
    refused,
    dropped: idle,
    closed,
  },
  unauthorised: {
    // Not before there is another token.
    called: stay,
    dialled: connecting,
    opened: (_from, { at }) => open(0, at),
    lost: (_from, event) => waiting(1, event),
    hurried: stay,
    refused: (from, event) => (from.reason === event.reason ? from : refused(from, event)),
    dropped: idle,
    closed,
  },
  closed: {
    called: stay,
    dialled: stay,
    opened: stay,
    lost: stay,
    hurried: stay,
    refused: stay,
    dropped: stay,
    closed: stay,
  },
};

/** Where `event` leads from `from`; `from` itself where nothing changes. */
export function transition(from: ConnectionState, event: ConnectionEvent): ConnectionState {
  // The table is exact; TypeScript cannot follow two unions at once.
  const move = MOVES[from.state][event.type] as (
    from: ConnectionState,
    event: ConnectionEvent,
  ) => ConnectionState;
  return move(from, event);
}
