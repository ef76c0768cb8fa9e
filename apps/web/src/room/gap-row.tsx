import type { MessageGap } from '@parley/client';
import { ChevronsUpDown } from 'lucide-react';

import { Button } from '../components/ui/button.tsx';
import { problemText } from '../lib/problem.ts';

/** Where messages are missing between those that are there. */
export function GapRow({ gap: { isLoading, error, load } }: { gap: MessageGap }) {
  return (
    <div className="my-3 grid justify-items-center gap-1 rounded-2xl border border-dashed py-4 text-sm text-muted-foreground">
      {error !== null && <p role="status">{problemText(error)}</p>}
      <Button
        variant="ghost"
        size="small"
        disabled={isLoading}
        onClick={() => void load().catch(() => undefined)}
      >
        <ChevronsUpDown /> {isLoading ? 'Loading …' : 'Show the messages between'}
      </Button>
    </div>
  );
}
