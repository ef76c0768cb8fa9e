import type { ParleyClientError } from '@parley/client';

import { Button } from '../components/ui/button.tsx';
import { problemText } from '../lib/problem.ts';

/** Why older messages did not come. */
export function OlderProblem({ error, onRetry }: { error: ParleyClientError; onRetry: () => void }) {
  return (
    <p
      role="status"
      className="flex flex-wrap items-center justify-center gap-x-3 border-b bg-muted px-4 py-1.5 text-[0.8125rem]"
    >
      Older messages did not come: {problemText(error)}.
      <Button variant="link" size="inline" onClick={onRetry}>
        Try again
      </Button>
    </p>
  );
}
