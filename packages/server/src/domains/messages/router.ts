import {
  DeleteMessage,
  Done,
  EditMessage,
  ListMessages,
  MessagePage,
  React,
  SendMessage,
  SentMessage,
} from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { deleteMessage, editMessage } from './changes.ts';
import { listMessages, sendMessage } from './messages.ts';
import { react } from './reactions.ts';

export const messages = {
  /** Sends a message to a conversation. */
  send: authed
    .meta({ rate: 'send' })
    .input(SendMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => sendMessage(ctx.services, ctx.caller, input)),
  /** A page of a conversation's messages, newest first; `fromId` or `fromSeq` starts at a message, which is in the page. */
  list: authed
    .input(ListMessages)
    .output(MessagePage)
    .query(({ ctx, input }) => listMessages(ctx.services, ctx.caller, input)),
  /** Gives one's own message other content. */
  edit: authed
    .meta({ rate: 'send' })
    .input(EditMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => editMessage(ctx.services, ctx.caller, input)),
  /** Takes a message's content away for everyone; its place stays. One's own, or any as an admin of a group. */
  delete: authed
    .input(DeleteMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => deleteMessage(ctx.services, ctx.caller, input)),
  /** Puts an emoji on a message, or takes one's own away. */
  react: authed
    .input(React)
    .output(Done)
    .mutation(({ ctx, input }) => react(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
