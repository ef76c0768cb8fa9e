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
  /**
   * A page of one's conversations, newest activity first, each with its last message, how many of the messages of others one
   * has not read, and who of its people is online.
   */
  list: authed
    .input(ListConversations.prefault({}))
    .output(ConversationPage)
    .query(({ ctx, input }) => listConversations(ctx.services, ctx.caller, input)),
  /**
   * One conversation with its participants and how far each has read and received.
   *
   * Refused with `not_a_participant` where one is not in it, as if it did not exist.
   */
  get: authed
    .input(GetConversation)
    .output(Conversation)
    .query(({ ctx, input }) => getConversation(ctx.services, ctx.caller, input)),
  /**
   * Opens the direct conversation of two people, or makes a group. With one other person and no title it is the direct one
   * about `subject`, which exists once: asked for again it is the same. Otherwise it is a new group that one owns.
   *
   * Refused with `user_not_found` and `too_many_participants`.
   */
  create: change
    .input(CreateConversation)
    .output(Conversation)
    .mutation(({ ctx, input }) => createConversation(ctx.services, ctx.caller, input)),
  /**
   * Adds people to a group, for its owners and admins; those who are in already are passed over. They see what is written
   * from then on.
   *
   * Refused with `role_required`, `not_a_group`, `user_not_found` and `too_many_participants`.
   */
  addMembers: change
    .input(AddMembers)
    .output(Conversation)
    .mutation(({ ctx, input }) => addMembers(ctx.services, ctx.caller, input)),
  /**
   * Removes someone from a group: an owner anyone, an admin members. To remove oneself is to leave. Whoever is removed keeps
   * nothing readable of it.
   *
   * Refused with `role_required`, `not_a_group`, `user_not_found` and `last_owner`.
   */
  removeMember: change
    .input(RemoveMember)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await removeMember(ctx.services, ctx.caller, input);
      return done;
    }),
  /**
   * Leaves a group. Its last owner makes someone else an owner first.
   *
   * Refused with `last_owner` and `not_a_group`.
   */
  leave: change
    .input(LeaveConversation)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await leaveConversation(ctx.services, ctx.caller, input);
      return done;
    }),
  /**
   * Gives a group another title, for its owners and admins.
   *
   * Refused with `role_required` and `not_a_group`.
   */
  rename: change
    .input(RenameConversation)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await renameConversation(ctx.services, ctx.caller, input);
      return done;
    }),
  /**
   * Makes someone of a group an owner, admin or member, for its owners; one owner always stays.
   *
   * Refused with `role_required`, `not_a_group`, `user_not_found` and `last_owner`.
   */
  setRole: change
    .input(SetRole)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await setRole(ctx.services, ctx.caller, input);
      return done;
    }),
} satisfies TRPCCreateRouterOptions;
