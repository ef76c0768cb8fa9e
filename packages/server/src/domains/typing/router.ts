import { Done, SetTyping } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { requireParticipant } from '../conversations/membership.ts';

export const typing = {
  /** Tells the others of a conversation that one is writing; ends by itself after 6 s. */
  set: authed
    .meta({ rate: 'typing' })
    .input(SetTyping)
    .output(Done)
    .mutation(async ({ ctx, input: { conversationId, isTyping } }) => {
      await requireParticipant(ctx.services.db, conversationId, ctx.caller.id);
      ctx.services.typing.set(conversationId, ctx.caller, isTyping);
      return { success: true as const };
    }),
} satisfies TRPCCreateRouterOptions;
