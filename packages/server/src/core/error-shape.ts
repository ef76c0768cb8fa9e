import type { ErrorReason, Offer } from '@parley/contract';
import type { TRPCDefaultErrorShape } from '@trpc/server';

/** Flattened zod issues. */
export interface InputIssues {
  formErrors: string[];
  fieldErrors: Record<string, string[] | undefined>;
}

/** What a caller is told of an error. */
export interface ErrorShape extends TRPCDefaultErrorShape {
  data: TRPCDefaultErrorShape['data'] & {
    /** Stable and machine-readable. */
    reason: ErrorReason;
    /** Whether the same call may succeed later. */
    retryable: boolean;
    /** To find the call in the server's logs. */
    requestId: string | null;
    retryAfterMs?: number;
    issues?: InputIssues;
    /** With `offer_not_open` and the like: the offer as it is now. */
    offer?: Offer;
  };
}
