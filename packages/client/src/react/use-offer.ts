import type { Id } from '@parley/contract';

import type { OfferView } from '../core/domains/offer.ts';
import type { LiveOfferView } from '../core/live-client.ts';
import { NO_OFFER } from './nothing.ts';
import { useParley } from './provider.tsx';
import { timeLeft, type TimeLeft } from './time-left.ts';
import type { Fields } from './tracker.ts';
import {
  loadable,
  useReadySnapshot,
  useSnapshot,
  type IsEqual,
  type Loadable,
  type Selection,
} from './use-snapshot.ts';

/** What {@link useOffer} gives. */
export interface OfferResult extends Loadable, TimeLeft {
  /** With the moves that one may make now; null until it is `ready`. */
  readonly offer: OfferView | null;
}

/** What {@link useSuspenseOffer} gives. */
export interface ReadyOffer extends OfferResult {
  readonly status: 'ready';
  readonly error: null;
  readonly offer: OfferView;
}

/**
 * {@link useOffer} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useOffer<Selected>(
  offerId: Id | undefined,
  select: (result: OfferResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * One offer, live, and the time that is left for it.
 *
 * @param offerId without one nothing is followed, and `status` is `idle`
 * @example
 * function Countdown({ offerId }: { offerId: string }) {
 *   const { offer, timeLeftMs } = useOffer(offerId);
 *   if (offer === null || timeLeftMs === null) return null;
 *   return <p>{offer.title}: {Math.ceil(timeLeftMs / 1000)} s left</p>;
 * }
 */
export function useOffer(offerId: Id | undefined): OfferResult;
export function useOffer(offerId: Id | undefined, ...selection: Selection<OfferResult>): unknown {
  const client = useParley();
  return useSnapshot(offerId === undefined ? NO_OFFER : client.offer(offerId), offerOf, selection);
}

/**
 * {@link useSuspenseOffer} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useSuspenseOffer<Selected>(
  offerId: Id,
  select: (result: ReadyOffer) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useOffer} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function Terms({ offerId }: { offerId: string }) {
 *   const { offer } = useSuspenseOffer(offerId);
 *   return <p>{offer.terms}</p>;
 * }
 */
export function useSuspenseOffer(offerId: Id): ReadyOffer;
export function useSuspenseOffer(offerId: Id, ...selection: Selection<ReadyOffer>): unknown {
  return useReadySnapshot(useParley().offer(offerId), offerOf, selection);
}

const fields: Fields<LiveOfferView, OfferResult> = {
  ...loadable,
  offer: ({ offer }) => offer,
  timeLeftMs: ({ offer }, moment) => offer && timeLeft(offer, moment),
};
const offerOf = () => fields;
