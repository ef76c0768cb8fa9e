/** What whoever changes an offer is told. */
import type { OfferAction, OfferStatus } from '@parley/contract';

const MESSAGES = {
  accepted: 'Offer accepted',
  declined: 'Offer declined',
  withdrawn: 'Offer withdrawn',
  countered: 'Counter-offer made',
  completed: 'Offer completed',
  cancelled: 'Offer cancelled',
} as const satisfies Record<OfferAction, string>;
export const OTHER_MUST_CONFIRM = 'Completion confirmed; the other side must confirm it too';

/** Of an action that has led to `status`. */
export function messageOf(action: OfferAction, status: OfferStatus): string {
  return action === 'completed' && status === 'accepted' ? OTHER_MUST_CONFIRM : MESSAGES[action];
}
