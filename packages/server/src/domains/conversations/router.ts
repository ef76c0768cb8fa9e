import {
  Conversation,
  ConversationPage,
  CreateConversation,
  GetConversation,
  ListConversations,
} from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { createConversation, getConversation, listConversations } from './conversations.ts';

export const conversations = {
  /** One's conversations, newest activity first. */
  list: authed
    .input(ListConversations.prefault({}))
    .output(ConversationPage)
    .query(({ ctx, input }) => listConversations(ctx.services, ctx.caller, input)),
  /** One conversation with its participants and their watermarks. */
  get: authed
    .input(GetConversation)
    .output(Conversation)
    .query(({ ctx, input }) => getConversation(ctx.services, ctx.caller, input)),
  /** Opens the direct conversation of two people, or makes a group. */
  create: authed
    .meta({ rate: 'conversation' })
    .input(CreateConversation)
    .output(Conversation)
    .mutation(({ ctx, input }) => createConversation(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
