/** The offers of a room: newest first, and of two versions of one the newer. */
import type { Offer } from '@parley/contract';

import { keep } from './keep.ts';
import { later, type Change } from './put.ts';
import type { CachedConversation, CachedRoom } from './state.ts';

export function addOffers(room: CachedRoom, more: readonly Offer[]): CachedRoom {
  const all = new Map(room.offers.map((offer) => [offer.id, offer]));
  for (const offer of more) {
    const known = all.get(offer.id);
    // One from before one joined is told of without its title, and is in no list.
    if (known ? known.version < offer.version : offer.title) all.set(offer.id, offer);
  }
  const order = (one: Offer, other: Offer) =>
    +other.createdAt - +one.createdAt || (one.id < other.id ? 1 : -1);
  return keep(room, { ...room, offers: keep(room.offers, [...all.values()].toSorted(order)) });
}

export const withOffer = ({ room, activityAt }: CachedConversation, offer: Offer): Change => ({
  room: room && addOffers(room, [offer]),
  activityAt: later(activityAt, offer.updatedAt),
});
