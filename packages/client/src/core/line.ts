/**
 * One connection, from the attempt to open it until it ends, once. It carries calls, and knows of each whether it may be
 * carried again: a subscription always, from where it was; anything else only where it cannot have arrived. Whoever owns
 * it opens the next one.
 */
import type { AppRouter } from '@parley/server/api';
import type { Operation, OperationLink } from '@trpc/client';
import { observable, type Observer } from '@trpc/server/observable';

import { isTokenRefusal, unreachable, type ParleyClientError } from './errors.ts';
import { Failure } from './failure.ts';

export type Results = ReturnType<OperationLink<AppRouter>>;
type Envelope = Parameters<NonNullable<Parameters<Results['subscribe']>[0]['next']>>[0];

/** A call that has no end yet, and who waits for that. */
export interface Call extends Observer<Envelope, ParleyClientError> {
  /** On its line. */
  readonly id: number;
  readonly op: Operation;
}

/** What calls go through: a socket, or HTTP. */
export interface Wire {
  /** Once it is usable. */
  send(call: Call): void;
  /** Nobody waits for it any more. */
  stop(call: Call): void;
  /** Finds out within so many milliseconds whether the other side is still there. */
  check(withinMs: number): void;
  close(): void;
}

export interface WireEvents {
  /** Calls can be sent, and may arrive. */
  usable(): void;
  /** There is another side: it has said something. */
  heard(): void;
  /** It is over; `code` is that of a socket. */
  lost(code?: number): void;
  /** The server asks for another connection in place of this one. */
  summoned(): void;
}

export interface LineEvents {
  usable: (line: Line) => void;
  heard: (line: Line) => void;
  /** It is over, before it was opened or after. */
  lost: (line: Line) => void;
  summoned: (line: Line) => void;
  /** The server does not take {@link Line.token}. */
  refused: (line: Line) => void;
  /** The server takes {@link Line.token}: it has given a result. */
  proven: (line: Line) => void;
}

/** What a call ends with that another line is to carry. */
export const MOVED = new Failure('Moved');

/** How long an attempt may take until a socket is open, in milliseconds. */
export const ATTEMPT_MS = 6_000;
/** A line on which nothing was heard for so long is checked … */
export const QUIET_MS = 15_000;
/** … and given up when nothing is heard within this. */
export const ANSWER_MS = 5_000;
/** The same, where there is reason to believe that it is dead. */
const SOON_MS = 3_000;

/** A token was refused: the server closes such a socket with this code. */
const UNAUTHENTICATED = 4401;

export class Line {
  /** The token that the server is shown. */
  readonly token: string;
  readonly #events: LineEvents;
  readonly #wire: Wire;
  readonly #calls = new Set<Call>();
  #lastId = 0;
  #isHeard = false;
  #isRetired = false;
  #isOver = false;

  constructor(token: string, open: (events: WireEvents) => Wire, events: LineEvents) {
    this.token = token;
    this.#events = events;
    this.#wire = open({
      usable: () => {
        if (!this.#isOver) events.usable(this);
      },
      heard: () => {
        if (this.#isOver) return;
        this.#isHeard = true;
        events.heard(this);
      },
      lost: (code) => {
        if (code === UNAUTHENTICATED && !this.#isOver) events.refused(this);
        this.hangUp();
      },
      summoned: () => {
        if (!this.#isOver) events.summoned(this);
      },
    });
  }

  request(op: Operation): Results {
    return observable((observer) => {
      const call: Call = {
        id: (this.#lastId += 1),
        op,
        next: (envelope) => {
          this.#events.proven(this);
          observer.next(envelope);
        },
        error: (error) => {
          if (isTokenRefusal(error)) this.#events.refused(this);
          observer.error(error);
        },
        complete: () => observer.complete(),
      };
      this.#calls.add(call);
      const forget = endWhenAborted(call);
      if (op.type === 'subscription')
        observer.next({ result: { type: 'state', state: 'pending', error: null } });
      try {
        if (!op.signal?.aborted) this.#wire.send(call);
      } catch (cause) {
        // An input that cannot be written: nothing was sent.
        observer.error(Failure.from(cause));
      }
      return () => {
        forget();
        this.#calls.delete(call);
        this.#wire.stop(call);
        this.#settle();
      };
    });
  }

  /** Finds out soon whether the other side is still there. */
  check(): void {
    this.#wire.check(SOON_MS);
  }

  /** Another line carries what comes; what this one was asked is still answered. */
  retire(): void {
    this.#isRetired = true;
    for (const { op, error } of [...this.#calls]) if (op.type === 'subscription') error(MOVED);
    this.#settle();
  }

  /** Ends it, as if it were lost. */
  hangUp(): void {
    if (!this.#close()) return;
    this.#events.lost(this);
    for (const { op, error } of [...this.#calls]) {
      const mayRepeat = op.type === 'subscription' || (op.type === 'query' && !this.#isHeard);
      error(mayRepeat ? MOVED : unreachable(undefined));
    }
  }

  /** Ends every call with the error; without one, completes the subscriptions. */
  end(error: ParleyClientError | null): void {
    this.#close();
    for (const call of [...this.#calls]) endCall(call, error);
  }

  #settle(): void {
    if (this.#isRetired && this.#calls.size === 0) this.hangUp();
  }

  #close(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#wire.close();
    return true;
  }
}

/** As `close()` does without an error. */
export function endCall({ op, error, complete }: Call, cause: ParleyClientError | null): void {
  if (cause === null && op.type === 'subscription') complete();
  else error(cause ?? new Failure('The client is closed'));
}

/** Completes a call when its signal says so. Returns what ends that. */
export function endWhenAborted({ op: { signal }, complete }: Call): () => void {
  if (signal?.aborted === true) complete();
  else signal?.addEventListener('abort', complete);
  return () => signal?.removeEventListener('abort', complete);
}
