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
  /** Makes an offer to another participant. */
  create: authed
    .meta({ rate: 'offer' })
    .input(CreateOffer)
    .output(CreatedOffer)
    .mutation(({ ctx, input }) => createOffer(ctx.services, ctx.caller, input)),
  /** Accepts, declines, counters, withdraws, completes or cancels an offer. */
  update: authed
    .meta({ rate: 'offer' })
    .input(UpdateOffer)
    .output(UpdatedOffer)
    .mutation(({ ctx, input }) => updateOffer(ctx.services, ctx.caller, input)),
  /** One offer of a conversation that one is in. */
  get: authed
    .input(GetOffer)
    .output(Offer)
    .query(({ ctx, input }) => getOffer(ctx.services, ctx.caller, input)),
  /** A page of a conversation's offers, newest first. */
  list: authed
    .input(ListOffers)
    .output(OfferPage)
    .query(({ ctx, input }) => listOffers(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
