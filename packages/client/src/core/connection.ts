/**
 * The connection as a state machine: what follows from what, as a pure function. It holds no socket and no timer; the
 * transport does. Its rules, each with the test that enforces it (of `connection.test.ts`, unless another is named):
 * 1. `MOVES` has a row for every state and an entry for every event, which the compiler keeps complete:
 *    "goes from $state on $event".
 * 2. What changes nothing gives the very same object, so that nobody is told: the same test.
 * 3. `closed` is for good: the same test.
 * 4. `attempt` counts failures in a row; a connection that lasted 10 s was none, and the wait doubles up to 30 s:
 *    "waits longer each time that a connection does not last".
 * 5. There is no attempt while the page is hidden or the browser offline, and one at once when that is over: "is
 *    suspended when it is lost while the page is $away"; and of `transport.test.ts`, "makes no attempt while the page is
 *    $away, and one at once when it is not". An attempt under way, or the first, is let be.
 * 6. A change of transport is no loss: "stays open and says so when it changes from one transport to the other".
 * 7. A refused token ends all attempts until there is another one: "a token that the server does not take" in
 *    `transport.test.ts`.
 */
import type { ErrorReason } from '@parley/contract';

import { backoff } from './backoff.ts';
import type { Subscribable } from './subscribable.ts';
import type { Away } from './surroundings.ts';

/** What calls go over: one WebSocket, or, where those are blocked, HTTP requests and server-sent events. */
export type TransportName = 'ws' | 'sse';

/**
 * - `idle`: nothing has been asked for yet, or the person has signed out
 * - `connecting`: on the way; `attempt` have failed in a row
 * - `open`: since `since`, in milliseconds since 1970, after `attempt` failures
 * - `waiting`: lost, or not reached; the next attempt is at `retryAt`, in milliseconds since 1970
 * - `suspended`: as `waiting`, until the page is visible and the browser online; there is no attempt before
 * - `unauthorised`: the server takes no token that there is; stays until there is another one
 * - `closed`: by `close()`, for good
 */
export type ConnectionState =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting'; readonly attempt: number }
  | {
      readonly state: 'open';
      readonly attempt: number;
      readonly since: number;
      readonly transport: TransportName;
    }
  | { readonly state: 'waiting'; readonly attempt: number; readonly retryAt: number }
  | { readonly state: 'suspended'; readonly attempt: number; readonly reason: Away }
  | { readonly state: 'unauthorised'; readonly reason: ErrorReason }
  | { readonly state: 'closed' };

export type ConnectionEvent =
  /** Something was asked for that needs the connection. */
  | { type: 'called' }
  /** An attempt begins. */
  | { type: 'dialled' }
  | { type: 'opened'; at: number; transport: TransportName }
  /**
   * The connection was lost, or an attempt failed; `random` from 0 up to 1 spreads the next one. `away` is what there is
   * to wait for before it, if anything.
   */
  | { type: 'lost'; at: number; random: number; away: Away | null }
  /** The page was hidden, or the browser went offline. */
  | { type: 'away'; reason: Away }
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
  /** Where it is waiting: tries again at once. A page does so by itself when it is shown, and when it is online again. */
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
const open = (attempt: number, { at, transport }: Of<'opened'>): ConnectionState => ({
  state: 'open',
  attempt,
  since: at,
  transport,
});
const lost = (attempt: number, { at, random, away }: Of<'lost'>): ConnectionState =>
  away === null
    ? { state: 'waiting', attempt, retryAt: at + backoff(attempt, random) }
    : { state: 'suspended', attempt, reason: away };
const hurried = ({ attempt }: { attempt: number }, { at }: Of<'hurried'>): ConnectionState => ({
  state: 'waiting',
  attempt,
  retryAt: at,
});
const suspended = ({ attempt }: { attempt: number }, { reason }: Of<'away'>): ConnectionState => ({
  state: 'suspended',
  attempt,
  reason,
});
const reached = ({ attempt }: { attempt: number }, event: Of<'opened'>): ConnectionState =>
  open(attempt, event);
const dialled = ({ attempt }: { attempt: number }): ConnectionState => ({ state: 'connecting', attempt });

const MOVES: Moves = {
  idle: {
    called: connecting,
    dialled: connecting,
    opened: (_from, event) => open(0, event),
    lost: (_from, event) => lost(1, event),
    away: stay,
    hurried: stay,
    refused,
    dropped: stay,
    closed,
  },
  connecting: {
    called: stay,
    dialled: stay,
    opened: reached,
    lost: ({ attempt }, event) => lost(attempt + 1, event),
    // The attempt under way may yet succeed.
    away: stay,
    hurried: stay,
    refused,
    dropped: idle,
    closed,
  },
  open: {
    called: stay,
    // A socket that is replaced serves until the next one is there.
    dialled: stay,
    opened: (from, event) => (from.transport === event.transport ? from : reached(from, event)),
    lost: ({ attempt, since }, event) => lost(event.at - since >= STEADY_AFTER_MS ? 1 : attempt + 1, event),
    away: stay,
    hurried: stay,
    refused,
    dropped: idle,
    closed,
  },
  waiting: {
    called: stay,
    dialled,
    opened: reached,
    // One failure is told of more than once: by the error, by the close, by the attempt.
    lost: stay,
    away: suspended,
    hurried,
    refused,
    dropped: idle,
    closed,
  },
  suspended: {
    called: stay,
    dialled,
    opened: reached,
    lost: stay,
    away: (from, event) => (from.reason === event.reason ? from : suspended(from, event)),
    hurried,
    refused,
    dropped: idle,
    closed,
  },
  unauthorised: {
    // Not before there is another token.
    called: stay,
    dialled: connecting,
    opened: (_from, event) => open(0, event),
    lost: (_from, event) => lost(1, event),
    away: stay,
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
    away: stay,
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

/** A state for everyone to see. */
export function connectionOf(state: Subscribable<ConnectionState>, retry: () => void): Connection {
  return {
    get state() {
      return state.getSnapshot().state;
    },
    getSnapshot: state.getSnapshot,
    subscribe: state.subscribe,
    retry,
  };
}
