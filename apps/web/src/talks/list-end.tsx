import type { ParleyClientError } from '@parley/client';
import { useEffect, useRef } from 'react';

import { Button } from '../components/ui/button.tsx';
import { problemText } from '../lib/problem.ts';

interface ListEndProps {
  isLoading: boolean;
  error: ParleyClientError | null;
  onMore: () => Promise<void>;
}

/** Loads what follows as soon as it comes into sight; after a failure, when it is asked to. */
export function ListEnd({ isLoading, error, onMore }: ListEndProps) {
  const end = useRef<HTMLDivElement>(null);
  const isWaiting = !isLoading && error === null;
  useEffect(() => {
    if (end.current === null || !isWaiting) return undefined;
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) onMore().catch(() => undefined);
    });
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [isWaiting, onMore]);
  return (
    <div ref={end} className="grid justify-items-center gap-1 py-4 text-sm text-muted-foreground">
      {error !== null && <p role="status">{problemText(error)}</p>}
      <Button
        variant="ghost"
        size="small"
        disabled={isLoading}
        onClick={() => void onMore().catch(() => undefined)}
      >
        {isLoading ? 'Loading …' : error === null ? 'Show more' : 'Try again'}
      </Button>
    </div>
  );
}
