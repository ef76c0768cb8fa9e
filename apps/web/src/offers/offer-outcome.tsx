import type { OfferView } from '@parley/client';
import { memo } from 'react';

import { clockTime, exactTime } from '../lib/time.ts';
import { useRoomScope } from '../room/room-context.ts';
import { nameIn } from '../talks/names.ts';
import { outcomeText } from './offer-status.ts';

/** Where something became of an offer; leads back to it. */
export const OfferOutcome = memo(function OfferOutcome({ offer }: { offer: OfferView }) {
  const { participants, myId, jumpTo } = useRoomScope();
  const { id, updatedAt } = offer;
  return (
    <p className="flex items-baseline justify-center gap-2 px-2 py-2 text-center text-[0.8125rem] text-muted-foreground">
      <button
        type="button"
        onClick={() => jumpTo(id)}
        className="min-w-0 rounded-md wrap-anywhere underline-offset-4 hover:underline"
      >
        {outcomeText(offer, (userId) => (userId === myId ? 'You' : nameIn(participants, userId)))}
      </button>
      <time dateTime={updatedAt.toISOString()} title={exactTime(updatedAt)} className="text-xs tabular-nums">
        {clockTime(updatedAt)}
      </time>
    </p>
  );
});
