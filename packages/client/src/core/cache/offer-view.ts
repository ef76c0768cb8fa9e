/** An offer with the moves that one may make: the server's table of transitions, as one of its parties sees it. */
import type { Id, Offer, OfferAction } from '@parley/contract';

import type { CounterDraft, OfferRole, OfferView } from '../domains/offer.ts';

/**
 * Makes a move. Gives the offer as it is then, after `countered` the new one. `accepted` has to name `offer.version`
 * as `expectedVersion`.
 */
export type MoveOffer = (offer: Offer, action: OfferAction, counter?: CounterDraft) => Promise<Offer>;

export interface OfferMark {
  readonly myId: Id | null;
  readonly pending: OfferAction | null;
}

export function toOfferView(
  offer: Offer,
  { myId, pending, move }: OfferMark & { readonly move: MoveOffer },
): OfferView {
  const { status } = offer;
  const role: OfferRole =
    myId === offer.authorId ? 'author' : myId === offer.recipientId ? 'recipient' : 'observer';
  const hasConfirmed = myId !== null && offer.completedBy.includes(myId);
  const to = (action: OfferAction) => () => move(offer, action);
  const moves =
    status === 'pending' && role === 'recipient'
      ? {
          accept: to('accepted'),
          decline: to('declined'),
          counter: (terms: CounterDraft) => move(offer, 'countered', terms),
        }
      : status === 'pending' && role === 'author'
        ? { withdraw: to('withdrawn') }
        : status === 'accepted' && role !== 'observer'
          ? { ...(!hasConfirmed && { complete: to('completed') }), cancel: to('cancelled') }
          : {};
  const confirmed = status === 'accepted' && role !== 'observer' && { hasConfirmed };
  // Which moves go with which status and role is what the union says.
  return { ...offer, role, pending, moves, ...confirmed } as OfferView;
}
