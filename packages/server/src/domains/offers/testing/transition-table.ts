// What CONTRACT 4 promises, written out: the tests of the table and those of the database are both held against it.
import type { ErrorReason, OfferAction, OfferStatus } from '@parley/contract';

export const STATUSES = [
  'pending',
  'accepted',
  'declined',
  'withdrawn',
  'countered',
  'expired',
  'completed',
  'cancelled',
] as const satisfies OfferStatus[];
export const ACTIONS = [
  'accepted',
  'declined',
  'withdrawn',
  'countered',
  'completed',
  'cancelled',
] as const satisfies OfferAction[];
export const ROLES = ['author', 'recipient', 'third', 'outsider'] as const;

export type Role = (typeof ROLES)[number];
type Outcome = { status: OfferStatus } | { reason: ErrorReason };

const onlyRecipient = {
  author: 'not_offer_recipient',
  recipient: undefined,
  third: 'not_offer_recipient',
} as const;
const onlyAuthor = { author: undefined, recipient: 'not_offer_author', third: 'not_offer_author' } as const;
const onlyParties = { author: undefined, recipient: undefined, third: 'not_offer_party' } as const;

const REFUSED: Record<OfferAction, Record<Exclude<Role, 'outsider'>, ErrorReason | undefined>> = {
  accepted: onlyRecipient,
  declined: onlyRecipient,
  countered: onlyRecipient,
  withdrawn: onlyAuthor,
  completed: onlyParties,
  cancelled: onlyParties,
};

const late = { reason: 'offer_not_open' } as const;
const early = { reason: 'offer_not_accepted' } as const;
const over: Record<OfferAction, Outcome> = {
  accepted: late,
  declined: late,
  withdrawn: late,
  countered: late,
  completed: late,
  cancelled: late,
};

/** For the right side; nobody has confirmed completion yet. */
const OUTCOMES: Record<OfferStatus, Record<OfferAction, Outcome>> = {
  pending: {
    accepted: { status: 'accepted' },
    declined: { status: 'declined' },
    withdrawn: { status: 'withdrawn' },
    countered: { status: 'countered' },
    completed: early,
    cancelled: early,
  },
  accepted: { ...over, completed: { status: 'accepted' }, cancelled: { status: 'cancelled' } },
  declined: over,
  withdrawn: over,
  countered: over,
  expired: over,
  completed: over,
  cancelled: over,
};

/** What comes of it when someone of this role tries this with an offer in this status. */
export function expectedOutcome(status: OfferStatus, action: OfferAction, role: Role): Outcome {
  if (role === 'outsider') return { reason: 'not_a_participant' };
  const reason = REFUSED[action][role];
  return reason === undefined ? OUTCOMES[status][action] : { reason };
}
