/** What is told of an offer: the live events and the replayed ones are made here, and so are the same. */
import type { Offer, OfferCreated, OfferNotice, OfferStatus, OfferUpdate } from '@parley/contract';

import type { Refs } from '../../core/log.ts';

export function offerCreated(offer: Offer): OfferCreated {
  return { offerId: offer.id, conversationId: offer.conversationId, offer, createdAt: offer.createdAt };
}

export function offerUpdate(offer: Offer): OfferUpdate {
  const { id, conversationId, status, updatedAt } = offer;
  return { offerId: id, conversationId, status, offer, updatedAt };
}

export function offerNotice(offer: Offer): OfferNotice {
  return { offerId: offer.id, conversationId: offer.conversationId, offer };
}

/** For whoever may not read what was offered: that there is an offer, and how it stands. */
export const withoutTerms = <Told extends OfferNotice>(told: Told): Told => ({
  ...told,
  offer: { ...told.offer, title: '', terms: '', amount: null },
});

/** Everything that a change alters, but for `updatedAt`, which is the entry's own time. */
export function offerRefs({ id, status, version, completedBy }: Offer): Refs {
  return { offerId: id, status, version, completedBy };
}

/** The offer as it was when an entry was written, from the offer as it is now. */
export function offerAsOf(offer: Offer, { refs, at }: { refs: Refs; at: Date }): Offer {
  return {
    ...offer,
    status: refs['status'] as OfferStatus,
    version: Number(refs['version']),
    completedBy: [...(refs['completedBy'] as readonly string[])],
    updatedAt: at,
  };
}
