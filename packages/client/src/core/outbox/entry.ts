import type { ClientId, Id } from '@parley/contract';

import type { Delivery, MessageDraft } from '../domains/message.ts';
import type { ParleyClientError } from '../errors.ts';

/** A message that the server does not have yet, as it is kept across a reload. */
export interface OutboxEntry {
  readonly clientId: ClientId;
  readonly conversationId: Id;
  /** Whose it is: another person who signs in here never sends it. */
  readonly userId: Id;
  readonly draft: Omit<MessageDraft, 'clientId'>;
  /** Later than that of every entry before it: the order in which they are sent. */
  readonly createdAt: Date;
}

/** An entry and how far it has come. */
export interface Outgoing extends OutboxEntry {
  readonly delivery: Extract<Delivery, 'queued' | 'sending' | 'failed'>;
  readonly error: ParleyClientError | null;
}

/**
 * Keeps entries across a reload. All of them may reject: the message is then sent all the same, and lasts as long as
 * the page.
 */
export interface OutboxStore {
  /** In any order. */
  load(userId: Id): Promise<readonly OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  /** Of one that is not there: does nothing. */
  remove(entry: Pick<OutboxEntry, 'userId' | 'clientId'>): Promise<void>;
}
