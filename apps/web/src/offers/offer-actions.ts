import type { Offer, OfferAction } from '@parley/client';

export interface ActionButton {
  action: OfferAction;
  text: string;
  look: 'primary' | 'plain' | 'danger';
}

const ACCEPT = { action: 'accepted', text: 'Accept', look: 'primary' } as const;
const COUNTER = { action: 'countered', text: 'Counter', look: 'plain' } as const;
const DECLINE = { action: 'declined', text: 'Decline', look: 'danger' } as const;
const WITHDRAW = { action: 'withdrawn', text: 'Withdraw', look: 'danger' } as const;
const COMPLETE = { action: 'completed', text: 'Mark as completed', look: 'primary' } as const;
const CANCEL = { action: 'cancelled', text: 'Cancel the deal', look: 'danger' } as const;

/** What someone may do to an offer. The server decides; this only spares people what it would refuse. */
export function actionsFor(offer: Offer, userId: string): readonly ActionButton[] {
  const isAuthor = offer.authorId === userId;
  const isRecipient = offer.recipientId === userId;
  if (offer.status === 'pending' && isRecipient) return [ACCEPT, COUNTER, DECLINE];
  if (offer.status === 'pending' && isAuthor) return [WITHDRAW];
  if (offer.status !== 'accepted' || !(isAuthor || isRecipient)) return [];
  return offer.completedBy.includes(userId) ? [CANCEL] : [COMPLETE, CANCEL];
}
