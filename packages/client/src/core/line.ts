import type { AppRouter } from '@parley/server/api';
import { TRPCClientError, type Operation, type OperationLink } from '@trpc/client';

import type { ParleyClientError } from './errors.ts';

export type Results = ReturnType<OperationLink<AppRouter>>;

/**
 * What carries calls, from its first attempt to connect until it is ended. It comes back by itself whenever it is lost;
 * when and with which token is the owner's to say, by what `dial` answers.
 */
export interface Line {
  /** The token that the server was last shown. */
  readonly token: string | null;
  /** Calls wait until it is open. */
  request(op: Operation): Results;
  /** Connects anew, with the token that `dial` gives then; subscriptions go on there. */
  hangUp(): void;
  /** Finds out soon whether the other side is still there. */
  check(): void;
  /** Gives up what another line is to carry: that ends with {@link MOVED}; what has been sent may still be answered. */
  move(): void;
  /** Ends every call with the error, or, without one, completes the subscriptions. */
  end(error: ParleyClientError | null): Promise<void>;
}

export interface LineEvents {
  /** Asked before each attempt; takes as long as the attempt should wait. */
  dial: (line: Line) => Promise<{ url: string; token: string }>;
  /** The other side was heard. */
  opened: (line: Line) => void;
  lost: (line: Line) => void;
  /** The server does not take {@link Line.token}. */
  refused: (line: Line) => void;
  /** The server takes {@link Line.token}: it has given a result. */
  proven: (line: Line) => void;
}

/** Not sent, or a subscription: another line carries it from where it was. */
export const MOVED = new TRPCClientError<AppRouter>('Moved');

/** How long one attempt may take, from dialling until the other side is heard, in milliseconds. */
export const ATTEMPT_MS = 6_000;
/** A line on which nothing was heard for so long is checked … */
export const QUIET_MS = 15_000;
/** … and given up when nothing is heard within this. */
export const ANSWER_MS = 5_000;
