import type { Id, Session } from '@parley/contract';

import type { Inputs } from '../inference.ts';
import type { LiveConversation } from './domains/conversation.ts';
import type { Inbox } from './domains/inbox.ts';
import type { OfferView } from './domains/offer.ts';
import type { PresenceView } from './domains/presence.ts';
import type { ParleyClientError } from './errors.ts';
import type { Dehydrated, DehydrateOptions } from './hydration.ts';
import type { Outgoing } from './outbox/entry.ts';
import type { Status } from './status.ts';
import type { Subscribable } from './subscribable.ts';

/** A new account. */
export type Registration = Inputs['auth']['register'];

/** One offer as it is now, wherever it is. */
export interface LiveOfferView {
  readonly status: Status;
  /** For example `offer_not_found`. */
  readonly error: ParleyClientError | null;
  /** Null until it is `ready`. */
  readonly offer: OfferView | null;
}

/**
 * What of the client is live. For one id it is the same object each time, for as long as it is followed or among the 1 000
 * conversations (500 offers) that were asked for last; `presence` is a new one.
 */
export interface LiveClient {
  readonly conversation: (id: Id) => LiveConversation;
  readonly inbox: Inbox;
  readonly presence: (userIds: readonly Id[]) => Subscribable<PresenceView>;
  /** Follows the conversation that the offer belongs to, which need not be known. */
  readonly offer: (id: Id) => Subscribable<LiveOfferView>;
  /** What the server does not have yet, of all conversations. */
  readonly outbox: Subscribable<readonly Outgoing[]>;
  /**
   * All that is loaded, and where it goes on, for the option `hydrate` of another client of the same person: that of a
   * page which a server has rendered, in the browser.
   *
   * @example
   * await client.conversation(id).load();
   * const props = { kept: client.dehydrate() };
   */
  readonly dehydrate: (options?: DehydrateOptions) => Dehydrated;
  readonly register: (account: Registration) => Promise<Session>;
  /**
   * Ends the session here at once, and on the server if that can be reached. With `everywhere`, the person's sessions on
   * all devices: it rejects, and changes nothing, where the server does not answer.
   */
  readonly signOut: (options?: { everywhere?: boolean }) => Promise<void>;
}
