import type { ParleyClient } from '@parley/client';

import { parseRoute } from '../routing/route.ts';

/** Asks for what the address shows while the script that draws it is on its way. Whoever draws it follows it then. */
export function lookAhead(client: ParleyClient): void {
  if (client.session.getSnapshot() === null) return;
  const route = parseRoute(location.pathname);
  const shown = [client.inbox, ...(route.name === 'talk' ? [client.conversation(route.conversationId)] : [])];
  // Why it is not to be had is told where it would be.
  for (const live of shown) live.load().catch(() => undefined);
}
