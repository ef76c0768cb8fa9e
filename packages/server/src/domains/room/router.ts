import { WatchRoom } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { requireParticipant } from '../conversations/membership.ts';
import { watchRoom } from './room.ts';

export const room = {
  /** The room: subscribing joins, unsubscribing leaves. Resumes after `lastEventId`. */
  events: authed.input(WatchRoom).subscription(async ({ ctx, input, signal, batchIndex }) => {
    const line = ctx.connection.line?.(batchIndex);
    // Refused before the subscription starts; asked again once it is attached.
    await requireParticipant(ctx.services.db, input.conversationId, ctx.caller.id);
    return watchRoom(ctx, ctx.caller, { ...input, line, signal: signal ?? ctx.connection.signal });
  }),
} satisfies TRPCCreateRouterOptions;
