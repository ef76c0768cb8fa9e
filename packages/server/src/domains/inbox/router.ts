import { WatchInbox } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { watchInbox } from './inbox.ts';

export const inbox = {
  /** One's own feed, whichever room is open. Resumes after `lastEventId`. */
  events: authed
    .input(WatchInbox.prefault({}))
    .subscription(({ ctx, input, signal }) =>
      watchInbox(ctx, ctx.caller, { ...input, signal: signal ?? ctx.connection.signal }),
    ),
} satisfies TRPCCreateRouterOptions;
