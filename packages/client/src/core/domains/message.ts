import type { ClientId, Id, Message, Seq } from '@parley/contract';

import type { ParleyClientError } from '../errors.ts';

/**
 * How far one's own message has come.
 * - `queued`: waits for the connection, or for an earlier message of the same conversation
 * - `sending`: on its way
 * - `sent`: the server has it, for good
 * - `delivered`, `read`: by every other participant
 * - `failed`: refused; `retry` and `discard` are there for it
 */
export type Delivery = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

/** A message as a list shows it: one's own are there from the moment that they are written. */
export interface MessageView extends Omit<Message, 'seq'> {
  /** The same before and after it is posted: the key in a list. */
  readonly key: string;
  /** Null until the server has it; `id` is its `clientId` so long. */
  readonly seq: Seq | null;
  readonly isMine: boolean;
  /** Null for those of others. */
  readonly delivery: Delivery | null;
  /** Why it `failed`. */
  readonly error: ParleyClientError | null;
}

/** What is to be sent. */
export interface MessageDraft {
  /** 1 to 10 000 characters; may be empty where there is an attachment. */
  content: string;
  /** Addresses (http, https) or upload ids; at most 10. */
  attachments?: readonly string[] | undefined;
  replyToId?: Id | undefined;
  /** Default: a new one. The same one is never posted twice. */
  clientId?: ClientId | undefined;
}

/**
 * The one place where messages are missing between those that are there, after a jump to an old one. Older ones are at
 * its upper end.
 */
export interface MessageGap {
  /** It is after the message with this key. */
  readonly afterKey: string;
  readonly isLoading: boolean;
  readonly error: ParleyClientError | null;
  /** Loads the next page at its upper end; the gap is gone when nothing is missing any more. */
  readonly load: () => Promise<void>;
}
