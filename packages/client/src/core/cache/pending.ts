import type { Id, OfferAction } from '@parley/contract';

import type { Outgoing } from '../outbox/entry.ts';

/** One's own operations that the server has not answered: the view shows them as if it had, and as `pending`. */
export interface Pending {
  readonly sends: readonly Outgoing[];
  readonly edits: readonly { readonly messageId: Id; readonly content: string; readonly at: Date }[];
  readonly removals: readonly { readonly messageId: Id; readonly at: Date }[];
  readonly reactions: readonly { readonly messageId: Id; readonly emoji: string; readonly on: boolean }[];
  readonly moves: readonly { readonly offerId: Id; readonly action: OfferAction }[];
}

export const NOTHING_PENDING: Pending = { sends: [], edits: [], removals: [], reactions: [], moves: [] };
