/**
 * The life of an offer as a pure table: who may turn which status into which. It knows no time and no database;
 * whoever asks holds the room's lock, so that the answer stays true until the change is committed.
 */
import type { ErrorReason, Offer, OfferAction, OfferStatus } from '@parley/contract';

type Side = 'author' | 'recipient' | 'party';

/** Every change, by the status it leads to: a new status of the contract does not compile without a row. */
export const TRANSITIONS = {
  accepted: { from: 'pending', by: 'recipient' },
  declined: { from: 'pending', by: 'recipient' },
  countered: { from: 'pending', by: 'recipient' },
  withdrawn: { from: 'pending', by: 'author' },
  expired: { from: 'pending', by: 'clock' },
  /** Needs both parties, one after the other. */
  completed: { from: 'accepted', by: 'party' },
  cancelled: { from: 'accepted', by: 'party' },
} as const satisfies Record<OfferAction, { from: OfferStatus; by: Side }> &
  Record<'expired', { from: OfferStatus; by: 'clock' }>;

const SIDES = {
  author: { refusal: 'not_offer_author', has: ({ authorId }: Standing, id: string) => id === authorId },
  recipient: {
    refusal: 'not_offer_recipient',
    has: ({ recipientId }: Standing, id: string) => id === recipientId,
  },
  party: {
    refusal: 'not_offer_party',
    has: ({ authorId, recipientId }: Standing, id: string) => id === authorId || id === recipientId,
  },
} as const satisfies Record<Side, { refusal: ErrorReason; has: (offer: Standing, id: string) => boolean }>;

/** What an offer needs to show for a decision. */
export type Standing = Pick<Offer, 'authorId' | 'recipientId' | 'status' | 'completedBy'>;

export type Decision =
  /** The wrong side, whatever the status. */
  | { outcome: 'forbidden'; reason: (typeof SIDES)[Side]['refusal'] }
  /** The right side, too late or too early. */
  | { outcome: 'conflict'; reason: 'offer_not_open' | 'offer_not_accepted' }
  /** It was said before: nothing changes and nobody is told. */
  | { outcome: 'unchanged' }
  | { outcome: 'changed'; status: OfferStatus; completedBy: string[] };

/** Whether someone may do something to an offer, and what becomes of it. */
export function decide(offer: Standing, action: OfferAction, callerId: string): Decision {
  const { from, by } = TRANSITIONS[action];
  const side = SIDES[by];
  if (!side.has(offer, callerId)) return { outcome: 'forbidden', reason: side.refusal };
  if (offer.status !== from) {
    const early = from === 'accepted' && offer.status === 'pending';
    return { outcome: 'conflict', reason: early ? 'offer_not_accepted' : 'offer_not_open' };
  }
  const { completedBy } = offer;
  if (action !== 'completed') return { outcome: 'changed', status: action, completedBy };
  if (completedBy.includes(callerId)) return { outcome: 'unchanged' };
  const confirmed = [...completedBy, callerId];
  const both = confirmed.includes(offer.authorId) && confirmed.includes(offer.recipientId);
  return { outcome: 'changed', status: both ? 'completed' : 'accepted', completedBy: confirmed };
}
