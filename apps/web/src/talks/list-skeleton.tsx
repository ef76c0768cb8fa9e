import { Skeleton } from '../components/ui/skeleton.tsx';

const ROWS = [60, 45, 70, 52, 64] as const;

export function ListSkeleton() {
  return (
    <div role="status" className="grid gap-0.5">
      <span className="sr-only">Loading the talks</span>
      {ROWS.map((width) => (
        <span key={width} className="flex items-center gap-3.5 px-3 py-3">
          <Skeleton className="size-11 rounded-full" />
          <span className="grid flex-1 gap-2">
            <Skeleton className="h-4 w-2/5" />
            <Skeleton className="h-3.5 w-4/5" />
          </span>
        </span>
      ))}
    </div>
  );
}
