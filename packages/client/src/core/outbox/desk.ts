import type { ClientId, Id, Message } from '@parley/contract';

import type { Subscribable } from '../subscribable.ts';
import type { Outgoing } from './entry.ts';

/** What the other tabs of a person may do to the outbox of this one. None of it is told to them again. */
export interface OutboxDesk extends Subscribable<readonly Outgoing[]> {
  /** This one sends from now on, or no longer does. */
  lead(leads: boolean): Promise<void>;
  /** Adds these, or puts them in the place of what it has of them. */
  take(outgoing: readonly Outgoing[]): void;
  /** The server has it, or, with null, it was discarded. */
  end(clientId: ClientId, message: Message | null): void;
  retry(clientId: ClientId): void;
}

/** The outbox's place among those of a person's tabs: what it does is told to the others. */
export interface OutboxSeat {
  changed(outgoing: readonly Outgoing[]): void;
  ended(clientId: ClientId, message: Message | null): void;
  retried(clientId: ClientId): void;
  /** Nothing is asked of the desk from then on. */
  leave(): void;
}

/** Takes a place among the tabs; rejects where tabs cannot hear each other: each then sends its own. */
export type JoinTabs = (userId: Id, desk: OutboxDesk) => Promise<OutboxSeat>;
