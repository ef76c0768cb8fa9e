import type { Offer, OfferAction, OfferStatus } from '@parley/contract';

import type { Inputs } from '../../inference.ts';

type CounterInput = Extract<Inputs['offers']['update'], { status: 'countered' }>['counter'];

/** What is offered; between two people `recipientId` is the other one. */
export type OfferDraft = Omit<Inputs['offers']['create'], 'conversationId'>;
/** What is left out is taken over from the countered offer; `expiresAt` is not. */
export type CounterDraft = CounterInput;

/** What each move does. All throw a `ParleyError`, for example `offer_not_open` when the other one was faster. */
interface Moves {
  /** Takes the terms as they are shown: others are refused with `offer_changed`. */
  accept: () => Promise<Offer>;
  decline: () => Promise<Offer>;
  /** Closes it and opens another one the other way round. Gives that one. */
  counter: (terms: CounterDraft) => Promise<Offer>;
  withdraw: () => Promise<Offer>;
  /** Confirms that it was carried out; it is `completed` when both have. */
  complete: () => Promise<Offer>;
  cancel: () => Promise<Offer>;
}

interface Common extends Omit<Offer, 'status'> {
  /** One's own move that is on its way. */
  readonly pending: OfferAction | null;
}

interface In<Status extends OfferStatus, Role extends OfferRole, Move extends keyof Moves> extends Common {
  readonly status: Status;
  /** What one is to it; `observer` is everyone else of a group. */
  readonly role: Role;
  /** The moves that one may make now, and no others. */
  readonly moves: Readonly<Pick<Moves, Move>>;
}

export type OfferRole = 'author' | 'recipient' | 'observer';
type Party = 'author' | 'recipient';

/**
 * An offer with the moves that one may make now: narrow `status` and `role`, and `moves` has just those.
 *
 * @example
 * if (offer.status === 'pending' && offer.role === 'recipient') await offer.moves.accept();
 */
export type OfferView =
  | In<'pending', 'recipient', 'accept' | 'decline' | 'counter'>
  | In<'pending', 'author', 'withdraw'>
  | In<'pending', 'observer', never>
  | (In<'accepted', Party, 'cancel'> & { readonly hasConfirmed: true })
  | (In<'accepted', Party, 'complete' | 'cancel'> & { readonly hasConfirmed: false })
  | In<'accepted', 'observer', never>
  | In<Exclude<OfferStatus, 'pending' | 'accepted'>, OfferRole, never>;
