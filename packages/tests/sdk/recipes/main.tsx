import type { Id } from '@parley/client';
import { QueryClientProvider } from '@tanstack/react-query';

import type { Parley } from './parley.ts';
import { Talk, Unread } from './talk.tsx';

/** `parley` is what `openParley({ url, session })` gave. */
export function Page({ parley, conversationId }: { parley: Parley; conversationId: Id }) {
  return (
    <QueryClientProvider client={parley.queryClient}>
      <Unread parley={parley} />
      <Talk parley={parley} conversationId={conversationId} />
    </QueryClientProvider>
  );
}
