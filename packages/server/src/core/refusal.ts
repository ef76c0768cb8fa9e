import type { ErrorReason, Offer } from '@parley/contract';
import { REASONS } from '@parley/contract/schemas';
import { TRPCError } from '@trpc/server';

/** What a refusal may tell besides its reason. */
export interface RefusalDetails {
  /** More precise than the reason's own message; never internal text. */
  message?: string;
  /** When to try again, in milliseconds from now. */
  retryAfterMs?: number;
  /** The offer as it is now, for whoever was too late. */
  offer?: Offer;
}

/** A call that is refused for a reason of the contract; the reason decides the tRPC code. */
export class Refusal extends TRPCError {
  readonly reason: ErrorReason;
  readonly details: RefusalDetails;

  constructor(reason: ErrorReason, details: RefusalDetails = {}) {
    const { code, message } = REASONS[reason];
    super({ code, message: details.message ?? message });
    this.name = 'Refusal';
    this.reason = reason;
    this.details = details;
  }
}
