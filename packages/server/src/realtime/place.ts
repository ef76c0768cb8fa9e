import type { ResetReason } from '@parley/contract';
import { LIMITS } from '@parley/contract/schemas';

export interface Place {
  /** The first value's id: cut off after it, a client asks for the same again. */
  firstId: number;
  /** The reader has, or is not to have, everything up to here. */
  cursor: number;
  /** Whether it goes on after what it has seen; not where what lies between is not for this person. */
  resumed: boolean;
  reset: ResetReason | undefined;
}

/**
 * Where a subscription begins.
 *
 * @param asked what the client has seen; undefined for a new subscription, which begins at the head
 * @param floor the seq up to which this person may see nothing
 */
export function placeOf({
  asked,
  floor,
  head,
}: {
  asked: number | undefined;
  floor: number;
  head: number;
}): Place {
  const from = Math.max(asked ?? head, floor);
  const reset = asked === undefined ? undefined : resetReason(from, head);
  return {
    firstId: asked ?? from,
    cursor: reset === undefined ? from : Math.max(head, floor),
    resumed: asked !== undefined && asked >= floor && reset === undefined,
    reset,
  };
}

function resetReason(from: number, head: number): ResetReason | undefined {
  if (from > head) return 'unknown_position';
  return head - from > LIMITS.replayEvents ? 'too_far_behind' : undefined;
}
