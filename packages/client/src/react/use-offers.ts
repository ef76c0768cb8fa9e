import type { Id, Offer } from '@parley/contract';

import { keep } from '../core/cache/keep.ts';
import type { ConversationView } from '../core/domains/conversation.ts';
import type { OfferDraft } from '../core/domains/offer.ts';
import type { ParleyClientError } from '../core/errors.ts';
import type { Room } from './nothing.ts';
import { timed, type TimedOffer } from './time-left.ts';
import type { Fields } from './tracker.ts';
import { useRoom } from './use-room.ts';
import {
  loadable,
  useReadySnapshot,
  useSnapshot,
  type IsEqual,
  type Loadable,
  type Selection,
} from './use-snapshot.ts';

/** What {@link useOffers} gives. */
export interface OffersResult extends Loadable {
  /** Newest first, each with the moves that one may make now. */
  readonly offers: readonly TimedOffer[];
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Why the last older page did not come; null once one is asked for again. */
  readonly loadOlderError: ParleyClientError | null;
  readonly loadOlder: () => Promise<void>;
  readonly create: (draft: OfferDraft) => Promise<Offer>;
}

/** What {@link useSuspenseOffers} gives. */
export interface ReadyOffers extends OffersResult {
  readonly status: 'ready';
  readonly error: null;
}

/**
 * {@link useOffers} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useOffers<Selected>(
  conversationId: Id | undefined,
  select: (result: OffersResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * The offers of a conversation, live. Narrow an offer's `status` and `role`, and its `moves` are those that one may
 * make now. A component that reads `timeLeftMs` is rendered each second while an offer that has an expiry is open.
 *
 * @param conversationId without one nothing is followed: `status` is `idle`, and the functions reject
 * @example
 * function Offers({ talkId }: { talkId: string }) {
 *   const { offers } = useOffers(talkId);
 *   return offers.map((offer) => (
 *     <p key={offer.id}>
 *       {offer.title} {offer.status}
 *       {offer.status === 'pending' && offer.role === 'recipient' && (
 *         <button onClick={() => void offer.moves.accept()}>Accept</button>
 *       )}
 *     </p>
 *   ));
 * }
 */
export function useOffers(conversationId: Id | undefined): OffersResult;
export function useOffers(conversationId: Id | undefined, ...selection: Selection<OffersResult>): unknown {
  return useSnapshot(useRoom(conversationId), offersOf, selection);
}

/**
 * {@link useSuspenseOffers} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useSuspenseOffers<Selected>(
  conversationId: Id,
  select: (result: ReadyOffers) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * {@link useOffers} for a component below `<Suspense>` and an error boundary.
 *
 * @example
 * function OpenOffers({ talkId }: { talkId: string }) {
 *   const open = useSuspenseOffers(talkId, ({ offers }) => offers.filter(({ status }) => status === 'pending'));
 *   return <p>{open.length} open offers</p>;
 * }
 */
export function useSuspenseOffers(conversationId: Id): ReadyOffers;
export function useSuspenseOffers(conversationId: Id, ...selection: Selection<ReadyOffers>): unknown {
  return useReadySnapshot(useRoom(conversationId), offersOf, selection);
}

function offersOf(room: Room): Fields<ConversationView, OffersResult> {
  return {
    ...loadable,
    offers: ({ offers }, moment, before) =>
      keep(
        before,
        offers.map((offer) => timed(offer, moment)),
      ),
    hasOlder: ({ olderOffers }) => olderOffers.hasMore,
    isLoadingOlder: ({ olderOffers }) => olderOffers.isLoading,
    loadOlderError: ({ olderOffers }) => olderOffers.error,
    loadOlder: () => room.loadOlderOffers,
    create: () => room.createOffer,
  };
}
