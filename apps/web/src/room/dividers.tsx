import { dayName, exactTime } from '../lib/time.ts';
import { useNow } from '../lib/use-now.ts';

export function DayDivider({ at }: { at: Date }) {
  const now = useNow(60_000);
  return (
    <p className="flex justify-center py-4">
      <time
        dateTime={at.toISOString()}
        title={exactTime(at)}
        className="rounded-full bg-muted px-3 py-1 text-xs font-medium text-muted-foreground first-letter:uppercase"
      >
        {dayName(at, now)}
      </time>
    </p>
  );
}

export function UnreadDivider() {
  return (
    <p className="flex items-center gap-3 py-3 text-xs font-medium text-primary before:h-px before:flex-1 before:bg-primary/35 after:h-px after:flex-1 after:bg-primary/35">
      New messages
    </p>
  );
}

export function StartOfTalk({ text }: { text: string }) {
  return (
    <p className="px-6 pt-10 pb-4 text-center text-sm text-balance wrap-anywhere text-muted-foreground">
      {text}
    </p>
  );
}
