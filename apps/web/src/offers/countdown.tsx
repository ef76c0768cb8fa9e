import { useOffer } from '@parley/client/react';
import { Clock } from 'lucide-react';

import { cn } from '../lib/cn.ts';
import { exactTime, timeLeft } from '../lib/time.ts';

/** Less than this is short, and is said in the colour of the deal. */
const SHORT_MS = 3_600_000;

/** The time that is left to answer an offer. Not read out by itself: it changes every second. */
export function Countdown({ offerId, at }: { offerId: string; at: Date }) {
  const { timeLeftMs } = useOffer(offerId);
  return (
    <span
      title={exactTime(at)}
      className={cn(
        'mt-1.5 flex items-center gap-1.5 text-xs text-muted-foreground tabular-nums',
        (timeLeftMs ?? 0) < SHORT_MS && 'font-medium text-deal',
      )}
    >
      <Clock aria-hidden className="size-3.5" />
      {timeLeftMs === null || timeLeftMs <= 0 ? 'Expires now' : `Expires in ${timeLeft(timeLeftMs)}`}
    </span>
  );
}
