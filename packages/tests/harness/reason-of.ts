import type { ErrorReason } from '@parley/contract';

/** Why a call was refused; undefined where it failed in another way. */
export const reasonOf = (error: unknown): ErrorReason | undefined =>
  (error as { data?: { reason?: ErrorReason } | null }).data?.reason;
