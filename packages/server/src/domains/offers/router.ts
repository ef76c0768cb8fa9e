import {
  CreatedOffer,
  CreateOffer,
  GetOffer,
  ListOffers,
  Offer,
  OfferPage,
  UpdatedOffer,
  UpdateOffer,
} from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { createOffer, getOffer, listOffers, updateOffer } from './offers.ts';

export const offers = {
  /**
   * Makes an offer to another participant: an amount with its currency, or terms alone for a barter. Between two people it
   * goes to the other one; in a group `recipientId` says to whom. With `expiresAt` it ends by itself.
   *
   * Refused with `recipient_required`, `user_not_found` and `expiry_in_past`.
   */
  create: authed
    .meta({ rate: 'offer' })
    .input(CreateOffer)
    .output(CreatedOffer)
    .mutation(({ ctx, input }) => createOffer(ctx.services, ctx.caller, input)),
  /**
   * Accepts, declines, counters, withdraws, completes or cancels an offer. The recipient answers, the author withdraws, either
   * cancels what was accepted, and both confirm that it is completed. A counter-offer takes its place, the other way round.
   *
   * Of two people acting at once one wins; the other is refused with `offer_not_open`, and is shown the offer as it is.
   * `expectedVersion` guards against accepting terms that one has not seen: `offer_changed`. Refused also with
   * `not_offer_recipient`, `not_offer_author`, `not_offer_party`, `offer_not_accepted` and `offer_not_found`.
   */
  update: authed
    .meta({ rate: 'offer' })
    .input(UpdateOffer)
    .output(UpdatedOffer)
    .mutation(({ ctx, input }) => updateOffer(ctx.services, ctx.caller, input)),
  /**
   * One offer of a conversation that one is in, as it is now.
   *
   * Refused with `offer_not_found`.
   */
  get: authed
    .input(GetOffer)
    .output(Offer)
    .query(({ ctx, input }) => getOffer(ctx.services, ctx.caller, input)),
  /**
   * A page of a conversation's offers, newest first; with `status`, those that are so.
   */
  list: authed
    .input(ListOffers)
    .output(OfferPage)
    .query(({ ctx, input }) => listOffers(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
