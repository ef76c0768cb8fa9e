import { OpenedRoom, OpenRoom, WatchRoom } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { openRoom } from './open-room.ts';
import { watchRoom } from './room.ts';

export const room = {
  /**
   * What a room shows when it is opened, in one call: the conversation and the newest pages of its messages and offers, as of
   * its `headSeq` or later. So it may be asked for together with `conversations.events`: it has all that this will not bring
   * if its `headSeq` is no less than that of `joined`.
   *
   * Refused with `not_a_participant` where one is not in it, as if it did not exist.
   */
  open: authed
    .input(OpenRoom)
    .output(OpenedRoom)
    .query(({ ctx, input }) => openRoom(ctx.services, ctx.caller, input.conversationId)),
  /** The room: subscribing joins, unsubscribing leaves. Resumes after `lastEventId`. */
  events: authed.input(WatchRoom).subscription(({ ctx, input, signal, batchIndex }) => {
    const line = ctx.connection.line?.(batchIndex);
    const { conversationId, lastEventId } = input;
    const options = { conversationId, lastEventId, line, signal: signal ?? ctx.connection.signal };
    // Whoever is not in it is refused before the subscription starts.
    return watchRoom(ctx, ctx.caller, options).opened();
  }),
} satisfies TRPCCreateRouterOptions;
