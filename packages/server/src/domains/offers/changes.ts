/**
 * The only two writes to offers, each with its events. Both want the offer's room open: whoever holds it is alone,
 * so an offer is read, decided on and changed with nobody in between.
 */
import type { Offer, OfferStatus } from '@parley/contract';

import type { CommitScope, OpenRoom } from '../../core/commit.ts';
import { offerCreated, offerNotice, offerRefs, offerUpdate } from './events.ts';
import { bumpActivity, insertOffer, writeChange } from './store.ts';
import type { Terms } from './terms.ts';

/** A commit with the offer's room open. */
export interface Deal {
  scope: CommitScope;
  room: OpenRoom;
  /** Who is in the room, and has been since the offer was made: nobody else is told. */
  present: ReadonlySet<string>;
}

interface Draft extends Terms {
  id: string;
  conversationId: string;
  authorId: string;
  recipientId: string;
  parentOfferId: string | null;
  expiresAt: Date | null;
  clientId: string | null;
}

/** Makes an offer, and tells the room and the recipient. */
export async function makeOffer({ scope, room, present }: Deal, draft: Draft): Promise<Offer> {
  const offer = await insertOffer(scope.tx, { ...draft, createdAt: room.now });
  await bumpActivity(scope.tx, offer.conversationId, room.now);
  const refs = offerRefs(offer);
  const seq = room.append('offer-created', refs, offerCreated(offer));
  if (present.has(offer.recipientId))
    scope.notify(offer.recipientId, 'new-offer', { ...refs, seq }, offerNotice(offer));
  return offer;
}

/** Changes an offer, and tells the room and the party that did not; both, when nobody did. */
export async function changeOffer(
  { scope, room, present }: Deal,
  before: Offer,
  { status, completedBy, by }: { status: OfferStatus; completedBy: string[]; by: string | undefined },
): Promise<Offer> {
  const offer = await writeChange(scope.tx, before.id, { status, completedBy, updatedAt: room.now });
  await bumpActivity(scope.tx, offer.conversationId, room.now);
  const refs = offerRefs(offer);
  const noticeRefs = { ...refs, seq: room.append('offer-update', refs, offerUpdate(offer)) };
  for (const party of [offer.authorId, offer.recipientId]) {
    if (party !== by && present.has(party))
      scope.notify(party, 'offer-update', noticeRefs, offerUpdate(offer));
  }
  if (before.status === 'pending' && status === 'accepted' && present.has(offer.authorId)) {
    scope.notify(offer.authorId, 'offer-accepted', noticeRefs, offerNotice(offer));
  }
  return offer;
}
