import { Skeleton } from '../components/ui/skeleton.tsx';
import { cn } from '../lib/cn.ts';

const BUBBLES = [
  { width: 'w-3/5', mine: false },
  { width: 'w-2/5', mine: false },
  { width: 'w-1/2', mine: true },
  { width: 'w-2/3', mine: false },
  { width: 'w-1/3', mine: true },
] as const;

export function HistorySkeleton() {
  return (
    <div
      role="status"
      className="mx-auto flex min-h-0 w-full max-w-3xl flex-1 flex-col justify-end gap-3 overflow-hidden px-5 pb-24"
    >
      <span className="sr-only">Loading the messages</span>
      {BUBBLES.map(({ width, mine }) => (
        <Skeleton key={width} className={cn('h-12 rounded-bubble', width, mine && 'self-end')} />
      ))}
    </div>
  );
}
