import { z } from 'zod';

import { ClientId, Id } from './ids.ts';
import { LIMITS } from './limits.ts';
import { page, pageInput, type Page } from './page.ts';
import { instant, named, text } from './schema.ts';

export type OfferStatus =
  | 'pending'
  | 'accepted'
  | 'declined'
  | 'withdrawn'
  | 'countered'
  | 'expired'
  | 'completed'
  | 'cancelled';

/** What a person may turn an offer into; `expired` is the clock's. */
export type OfferAction = Exclude<OfferStatus, 'pending' | 'expired'>;

export interface Offer {
  id: Id;
  conversationId: Id;
  authorId: Id;
  recipientId: Id;
  title: string;
  terms: string;
  /** Integer minor units of `currency`; null for a barter. */
  amount: number | null;
  /** ISO 4217. */
  currency: string | null;
  status: OfferStatus;
  /** Raised by every change; see `expectedVersion`. */
  version: number;
  /** The offer that this one counters. */
  parentOfferId: Id | null;
  expiresAt: Date | null;
  /** The parties that have confirmed completion; both are needed. */
  completedBy: Id[];
  createdAt: Date;
  updatedAt: Date;
}

export type OfferPage = Page<Offer>;

export interface CreatedOffer {
  success: true;
  offer: Offer;
}

export interface UpdatedOffer {
  success: true;
  message: string;
  /** The offer as it is now. */
  offer: Offer;
  /** After `countered`: the new offer that takes its place. */
  counterOffer?: Offer | undefined;
}

/** `offer-created` in a room. */
export interface OfferCreated {
  offerId: Id;
  conversationId: Id;
  offer: Offer;
  createdAt: Date;
}

/** `offer-update` in a room and in the inbox of the other party. */
export interface OfferUpdate {
  offerId: Id;
  conversationId: Id;
  status: OfferStatus;
  offer: Offer;
  updatedAt: Date;
}

/** `new-offer` to the recipient, `offer-accepted` to the author. */
export interface OfferNotice {
  offerId: Id;
  conversationId: Id;
  offer: Offer;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));
const currency = z.string().refine((code) => currencies.has(code), 'Not an ISO 4217 code');
const amount = z.int().min(0);

export const OfferStatus = named<OfferStatus>()(
  z.enum(['pending', 'accepted', 'declined', 'withdrawn', 'countered', 'expired', 'completed', 'cancelled']),
);

export const Offer = named<Offer>()(
  z.object({
    id: Id,
    conversationId: Id,
    authorId: Id,
    recipientId: Id,
    title: z.string(),
    terms: z.string(),
    amount: amount.nullable(),
    currency: z.string().nullable(),
    status: OfferStatus,
    version: z.int(),
    parentOfferId: Id.nullable(),
    expiresAt: z.date().nullable(),
    completedBy: z.array(Id),
    createdAt: z.date(),
    updatedAt: z.date(),
  }),
);
export const OfferPage = named<OfferPage>()(page(Offer));
export const CreatedOffer = named<CreatedOffer>()(z.object({ success: z.literal(true), offer: Offer }));
export const UpdatedOffer = named<UpdatedOffer>()(
  z.object({
    success: z.literal(true),
    message: z.string(),
    offer: Offer,
    counterOffer: Offer.optional(),
  }),
);
export const OfferCreated = named<OfferCreated>()(
  z.object({ offerId: Id, conversationId: Id, offer: Offer, createdAt: z.date() }),
);
export const OfferUpdate = named<OfferUpdate>()(
  z.object({ offerId: Id, conversationId: Id, status: OfferStatus, offer: Offer, updatedAt: z.date() }),
);
export const OfferNotice = named<OfferNotice>()(z.object({ offerId: Id, conversationId: Id, offer: Offer }));

export const CreateOffer = z
  .object({
    conversationId: Id,
    title: text(1, LIMITS.offerTitleLength),
    terms: text(1, LIMITS.offerTermsLength),
    amount: amount.optional(),
    currency: currency.optional(),
    expiresAt: instant.optional(),
    recipientId: Id.optional(),
    clientId: ClientId.optional(),
  })
  .refine((offer) => (offer.amount === undefined) === (offer.currency === undefined), {
    path: ['currency'],
    error: 'An amount needs a currency, and a currency an amount',
  });

/** What is left out is taken over from the countered offer; `expiresAt` is not. */
const CounterTerms = z.object({
  title: text(1, LIMITS.offerTitleLength).optional(),
  terms: text(1, LIMITS.offerTermsLength).optional(),
  /** Null makes it a barter. */
  amount: amount.nullable().optional(),
  currency: currency.optional(),
  expiresAt: instant.optional(),
  clientId: ClientId.optional(),
});

const update = {
  conversationId: Id,
  offerId: Id,
  /** The version that one has seen: another one is refused with `offer_changed`. */
  expectedVersion: z.int().min(1).optional(),
};
export const UpdateOffer = z.discriminatedUnion('status', [
  z.object({
    ...update,
    status: z.enum(['accepted', 'declined', 'withdrawn', 'completed', 'cancelled']),
  }),
  z.object({ ...update, status: z.literal('countered'), counter: CounterTerms }),
]);

export const GetOffer = z.object({ offerId: Id });
export const ListOffers = z.object({
  conversationId: Id,
  status: OfferStatus.optional(),
  ...pageInput,
});
