import type { Id, Seq } from '@parley/contract';

import type { ParleyCalls } from './calls.ts';
import type { Room } from './domains/room.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Store } from './store.ts';
import type { Watermarks } from './watermarks.ts';

export type Act<Answer> = (calls: ParleyCalls) => Promise<Answer>;

/** What the live objects of one client share. */
export interface Core {
  readonly trpc: ParleyCalls;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly readMarks: Watermarks;
  readonly conversation: (id: Id) => Room;
  /** Someone watches a room. */
  readonly keep: (room: Room) => void;
  /** Makes a call that the server takes twice as once: again, a bounded number of times, after what may pass. */
  readonly call: <Answer>(act: Act<Answer>) => Promise<Answer>;
  /** Makes a call that only asks: again until it is answered, refused for good, or no longer wanted. */
  readonly ask: <Answer>(act: Act<Answer>, signal: AbortSignal) => Promise<Answer>;
  /** Finds out who one is, where that is not known. */
  readonly identified: () => Promise<void>;
  /** The server has said who one is. */
  readonly identify: (userId: Id) => void;
  /** Tells that one is writing, or has stopped, if the connection is there. */
  readonly sign: (sign: { conversationId: Id; isTyping: boolean }) => void;
  /** A message is here. */
  readonly received: (conversationId: Id, message: { seq: Seq; userId: Id }) => void;
  /** The inbox is followed again; what it told meanwhile and does not replay is lost. */
  readonly connected: () => void;
  /** One was taken into a conversation, or out of it. */
  readonly moved: (conversationId: Id, isIn: boolean) => void;
  /** A room says that one is not in it. Where the inbox is followed that tells when one was taken out of it, and in. */
  readonly lost: (conversationId: Id) => void;
}
