import type { Offer, OfferStatus } from '@parley/client';

export const STATUS_TEXTS: Record<OfferStatus, string> = {
  pending: 'Open',
  accepted: 'Accepted',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
  countered: 'Countered',
  expired: 'Expired',
  completed: 'Completed',
  cancelled: 'Cancelled',
};

export const STATUS_TONES = {
  pending: 'deal',
  accepted: 'good',
  declined: 'neutral',
  withdrawn: 'neutral',
  countered: 'neutral',
  expired: 'neutral',
  completed: 'good',
  cancelled: 'bad',
} as const satisfies Record<OfferStatus, string>;

/** What became of an offer, in one sentence; `name` tells what someone is called. */
export function outcomeText(offer: Offer, name: (userId: string) => string): string {
  const title = `“${offer.title}”`;
  switch (offer.status) {
    case 'pending':
      return `${title} is open`;
    case 'accepted': {
      const [first] = offer.completedBy;
      return first === undefined
        ? `${name(offer.recipientId)} accepted ${title}`
        : `${name(first)} marked ${title} as completed`;
    }
    case 'declined':
      return `${name(offer.recipientId)} declined ${title}`;
    case 'withdrawn':
      return `${name(offer.authorId)} withdrew ${title}`;
    case 'countered':
      return `${name(offer.recipientId)} countered ${title}`;
    case 'expired':
      return `${title} has expired`;
    case 'completed':
      return `${title} is completed`;
    case 'cancelled':
      return `The deal on ${title} was cancelled`;
    default:
      return offer.status satisfies never;
  }
}
