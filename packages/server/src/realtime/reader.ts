import type { AnyEvent } from '../core/event.ts';

/**
 * One subscription as its topic sees it: a cursor somewhere. The topic only says that there is more; how and when a
 * reader takes it, from the ring or from the log, through a generator or straight to a socket, is the reader's.
 */
export interface Reader {
  readonly userId: string;
  /** The topic's head has moved. Must not throw or wait. */
  wake(): void;
  /** An ephemeral event, to deliver now or to drop. Must not throw or wait. */
  tell(event: AnyEvent): void;
}
