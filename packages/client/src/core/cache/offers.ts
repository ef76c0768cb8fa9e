/** The offers of a room: newest first, and of two versions of one the newer. */
import type { Offer } from '@parley/contract';

import { active } from './put.ts';
import type { CachedConversation, CachedRoom } from './state.ts';

export function addOffers(room: CachedRoom, more: readonly Offer[]): CachedRoom {
  const all = new Map(room.offers.map((offer) => [offer.id, offer]));
  for (const offer of more) {
    if ((all.get(offer.id)?.version ?? 0) < offer.version) all.set(offer.id, offer);
  }
  const offers = [...all.values()].toSorted(
    (one, other) => +other.createdAt - +one.createdAt || (one.id < other.id ? 1 : -1),
  );
  return { ...room, offers };
}

export function withOffer(conversation: CachedConversation, offer: Offer): CachedConversation {
  const { room } = conversation;
  return active({ ...conversation, room: room && addOffers(room, [offer]) }, offer.updatedAt);
}
