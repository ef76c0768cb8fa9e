import { Unread, WatchInbox } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { watchInbox } from './inbox.ts';
import { unread } from './store.ts';

export const inbox = {
  /** One's own feed, whichever room is open. Resumes after `lastEventId`. */
  events: authed.input(WatchInbox.prefault({})).subscription(({ ctx, input, signal, batchIndex }) =>
    watchInbox(ctx, ctx.caller, {
      ...input,
      line: ctx.connection.line?.(batchIndex),
      signal: signal ?? ctx.connection.signal,
    }),
  ),
  /**
   * How many messages of others one has not read, and in how many of one's conversations: what a badge shows.
   */
  unread: authed.output(Unread).query(({ ctx }) => unread(ctx.services.db, ctx.caller.id)),
} satisfies TRPCCreateRouterOptions;
