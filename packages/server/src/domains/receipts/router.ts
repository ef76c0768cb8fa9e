import { Done, MarkDelivered, MarkedRead, MarkRead } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { markDelivered, markRead } from './receipts.ts';

export const receipts = {
  /**
   * Marks a conversation as read up to a seq, by default all of it. The watermark only ever moves forward.
   */
  read: authed
    .meta({ rate: 'receipt' })
    .input(MarkRead)
    .output(MarkedRead)
    .mutation(({ ctx, input }) => markRead(ctx.services, ctx.caller, input)),
  /**
   * Says that a conversation's events up to a seq have been received. The watermark only ever moves forward.
   */
  delivered: authed
    .meta({ rate: 'receipt' })
    .input(MarkDelivered)
    .output(Done)
    .mutation(({ ctx, input }) => markDelivered(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
