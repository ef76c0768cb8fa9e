import { MarkedRead, MarkRead } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { markRead } from './receipts.ts';

export const receipts = {
  /** Marks a conversation as read up to a seq, by default all of it. */
  read: authed
    .meta({ rate: 'receipt' })
    .input(MarkRead)
    .output(MarkedRead)
    .mutation(({ ctx, input }) => markRead(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
