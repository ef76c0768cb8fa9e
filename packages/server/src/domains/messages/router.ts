import { ListMessages, MessagePage, SendMessage, SentMessage } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { listMessages, sendMessage } from './messages.ts';

export const messages = {
  /** Sends a message to a conversation. */
  send: authed
    .meta({ rate: 'send' })
    .input(SendMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => sendMessage(ctx.services, ctx.caller, input)),
  /** A page of a conversation's messages, newest first. */
  list: authed
    .input(ListMessages)
    .output(MessagePage)
    .query(({ ctx, input }) => listMessages(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
