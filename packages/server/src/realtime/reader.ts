import type { LiveEvent } from './live-event.ts';
import type { Outgoing } from './outgoing.ts';

/**
 * One subscription as its topic sees it: a cursor somewhere. The topic only says that there is more; how and when a
 * reader takes it, from the ring or from the log, through its feed or straight to a socket, is the reader's.
 */
export interface Reader {
  readonly userId: string;
  /** The topic's head has moved. Must not throw or wait. */
  wake(): void;
  /** An ephemeral event, to deliver now or to drop. Must not throw or wait. */
  tell(told: LiveEvent): void;
}

/** A reader that has everything up to the head, and is given what comes next in the turn in which it comes. */
export interface ParkedReader extends Reader {
  /** Writes an event to its peer; false where it must go another way. Must not throw or wait. */
  take(outgoing: Outgoing): boolean;
}
