import type { OfferView } from '../core/domains/offer.ts';
import { once, type Moment } from './clock.ts';

export interface TimeLeft {
  /**
   * Milliseconds until it expires, told anew each second where it is read; 0 once they are over. Null without an
   * expiry, once it is no longer pending, and on a server.
   */
  readonly timeLeftMs: number | null;
}

/** An offer, the moves that one may make now, and the time that is left for them. */
export type TimedOffer = OfferView & TimeLeft;

export function timeLeft(offer: OfferView, moment: Moment): number | null {
  return isTimed(offer) ? moment.left(offer.expiresAt.getTime()) : null;
}

const untimed = new WeakMap<OfferView, TimedOffer>();

/** The same object for the same offer and moment, or for the same offer where time does not matter to it. */
export function timed(offer: OfferView, moment: Moment): TimedOffer {
  return once(isTimed(offer) ? moment.made : untimed, offer, () => ({
    ...offer,
    get timeLeftMs() {
      return timeLeft(offer, moment);
    },
  }));
}

function isTimed(offer: OfferView): offer is OfferView & { expiresAt: Date } {
  return offer.status === 'pending' && offer.expiresAt !== null;
}
