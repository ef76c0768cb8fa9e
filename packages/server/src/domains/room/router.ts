import { WatchRoom } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { watchRoom } from './room.ts';

export const room = {
  /** The room: subscribing joins, unsubscribing leaves. Resumes after `lastEventId`. */
  events: authed.input(WatchRoom).subscription(async ({ ctx, input, signal }) => {
    // Refused before the subscription starts; asked again once it is attached.
    await ctx.services.roomPeople.seenBy(ctx.caller.id, input.conversationId);
    return watchRoom(ctx, ctx.caller, { ...input, signal: signal ?? ctx.connection.signal });
  }),
} satisfies TRPCCreateRouterOptions;
