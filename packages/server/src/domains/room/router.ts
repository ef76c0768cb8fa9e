import { WatchRoom } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { watchRoom } from './room.ts';

export const room = {
  /** The room: subscribing joins, unsubscribing leaves. Resumes after `lastEventId`. */
  events: authed.input(WatchRoom).subscription(({ ctx, input, signal, batchIndex }) => {
    const line = ctx.connection.line?.(batchIndex);
    const { conversationId, lastEventId } = input;
    const options = { conversationId, lastEventId, line, signal: signal ?? ctx.connection.signal };
    // Whoever is not in it is refused before the subscription starts.
    return watchRoom(ctx, ctx.caller, options).opened();
  }),
} satisfies TRPCCreateRouterOptions;
