import { Done, SetTyping } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { roomTopic } from '../../core/topics.ts';
import { authed } from '../../core/trpc.ts';
import { requireParticipant } from '../conversations/membership.ts';

export const typing = {
  /**
   * Tells the others of a conversation that one is writing, or has stopped. It is never stored and ends by itself after six
   * seconds; repeat it while one writes.
   */
  set: authed
    .meta({ rate: 'typing' })
    .input(SetTyping)
    .output(Done)
    .mutation(async ({ ctx, input: { conversationId, isTyping } }) => {
      const { db, eventLog, typing: writers } = ctx.services;
      const topic = roomTopic(conversationId);
      const [heads] = await Promise.all([
        eventLog.heads([topic]),
        requireParticipant(db, conversationId, ctx.caller.id),
      ]);
      writers.set({ conversationId, person: ctx.caller, isTyping, after: heads.get(topic) });
      return { success: true as const };
    }),
} satisfies TRPCCreateRouterOptions;
