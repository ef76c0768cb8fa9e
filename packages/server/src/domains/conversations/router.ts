import {
  AddMembers,
  Conversation,
  ConversationPage,
  CreateConversation,
  Done,
  GetConversation,
  LeaveConversation,
  ListConversations,
  RemoveMember,
  RenameConversation,
  SetRole,
} from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { createConversation, getConversation, listConversations } from './conversations.ts';
import { addMembers, leaveConversation, removeMember, renameConversation, setRole } from './members.ts';

const change = authed.meta({ rate: 'conversation' });
const done = { success: true as const };

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
  create: change
    .input(CreateConversation)
    .output(Conversation)
    .mutation(({ ctx, input }) => createConversation(ctx.services, ctx.caller, input)),
  /** Adds people to a group, for its owners and admins; those who are in already are passed over. */
  addMembers: change
    .input(AddMembers)
    .output(Conversation)
    .mutation(({ ctx, input }) => addMembers(ctx.services, ctx.caller, input)),
  /** Removes someone from a group: an owner anyone, an admin members. To remove oneself is to leave. */
  removeMember: change
    .input(RemoveMember)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await removeMember(ctx.services, ctx.caller, input);
      return done;
    }),
  /** Leaves a group; its last owner hands over first. */
  leave: change
    .input(LeaveConversation)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await leaveConversation(ctx.services, ctx.caller, input);
      return done;
    }),
  /** Gives a group another title, for its owners and admins. */
  rename: change
    .input(RenameConversation)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await renameConversation(ctx.services, ctx.caller, input);
      return done;
    }),
  /** Makes someone of a group an owner, admin or member, for its owners; one owner always stays. */
  setRole: change
    .input(SetRole)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await setRole(ctx.services, ctx.caller, input);
      return done;
    }),
} satisfies TRPCCreateRouterOptions;
