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
  /**
   * Sends a message to a conversation. It needs content or an attachment. The same `clientId` again gives the first message
   * again.
   *
   * Refused with `message_too_long`, and `message_not_found` where `replyToId` is of no message here.
   */
  send: authed
    .meta({ rate: 'send' })
    .input(SendMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => sendMessage(ctx.services, ctx.caller, input)),
  /**
   * A page of a conversation's messages, newest first whatever the direction. `older` starts at the newest message and
   * `newer` at the oldest; `fromId` or `fromSeq` starts at a message, which is in the page, so that two calls show what is
   * around it. A cursor stays valid while messages arrive.
   *
   * Refused with `message_not_found` and `invalid_cursor`.
   */
  list: authed
    .input(ListMessages)
    .output(MessagePage)
    .query(({ ctx, input }) => listMessages(ctx.services, ctx.caller, input)),
  /**
   * Gives one's own message other content.
   *
   * Refused with `not_message_author`, `message_deleted`, `message_too_long` and `message_not_found`.
   */
  edit: authed
    .meta({ rate: 'send' })
    .input(EditMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => editMessage(ctx.services, ctx.caller, input)),
  /**
   * Takes a message's content away for everyone; its place stays. One's own, or any as an admin of a group.
   *
   * Refused with `not_message_author` and `message_not_found`.
   */
  delete: authed
    .input(DeleteMessage)
    .output(SentMessage)
    .mutation(({ ctx, input }) => deleteMessage(ctx.services, ctx.caller, input)),
  /**
   * Puts an emoji on a message, or takes one's own away. What is so already changes nothing.
   *
   * Refused with `message_deleted`, `too_many_reactions` and `message_not_found`.
   */
  react: authed
    .input(React)
    .output(Done)
    .mutation(({ ctx, input }) => react(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
