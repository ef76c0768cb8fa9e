/** The procedures of the real server over {@link World}: one that is missing, or differs, does not compile. */
import {
  AddMembers,
  Conversation,
  ConversationPage,
  CreateConversation,
  CreatedOffer,
  CreateOffer,
  DeleteMessage,
  Done,
  EditMessage,
  GetConversation,
  GetOffer,
  GetPresence,
  LeaveConversation,
  ListConversations,
  ListMessages,
  ListOffers,
  Login,
  Logout,
  MarkDelivered,
  MarkedRead,
  MarkRead,
  MessagePage,
  Offer,
  OfferPage,
  OpenedRoom,
  OpenRoom,
  PresenceList,
  React,
  Refresh,
  Register,
  RemoveMember,
  RenameConversation,
  Renew,
  Renewal,
  SearchUsers,
  SendMessage,
  SentMessage,
  Session,
  SetRole,
  SetTyping,
  Unread,
  UpdatedOffer,
  UpdateOffer,
  User,
  UserPage,
  WatchInbox,
  WatchRoom,
} from '@parley/contract/schemas';
import type { AppRouter } from '@parley/server/api';
import { Refusal, shapeError, transformer } from '@parley/server/rules';
import { initTRPC, type inferRouterInputs, type inferRouterOutputs } from '@trpc/server';

import type { Connection } from './connection.ts';
import { createConversation, getConversation, listConversations } from './domains/conversations.ts';
import { watchInbox, watchRoom } from './domains/feeds.ts';
import {
  addMembers,
  leaveConversation,
  removeMember,
  renameConversation,
  setRole,
} from './domains/members.ts';
import { deleteMessage, editMessage, listMessages, react, sendMessage } from './domains/messages.ts';
import { createOffer, getOffer, listOffers, updateOffer } from './domains/offers.ts';
import { openRoom } from './domains/open-room.ts';
import { presenceOf } from './domains/presence.ts';
import { markDelivered, markRead, unreadOf } from './domains/receipts.ts';
import { searchUsers } from './domains/users.ts';
import type { ProcedurePath, TestCall } from './faults.ts';
import type { World } from './world.ts';

export interface CallContext {
  readonly requestId: string;
  readonly world: World;
  readonly connection: Connection;
  /** Told of each call. */
  readonly called: (call: TestCall) => void;
}

const t = initTRPC.context<CallContext>().create({
  transformer,
  errorFormatter: shapeError,
  isDev: false,
  // A page is a server here.
  allowOutsideOfServer: true,
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
});

/** Needs no token. */
const open = t.procedure.use(async ({ ctx: { world, connection, called }, path, getRawInput, next }) => {
  const { person } = connection.authentication();
  const call = { path: path as ProcedurePath, input: await getRawInput(), userId: person?.id ?? null };
  called(call);
  const fault = connection.owner === undefined ? undefined : world.faults.refusalOf(call);
  if (fault === undefined) return next();
  const { retryAfterMs, offer } = fault.options;
  throw new Refusal(fault.reason, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(offer !== undefined && { offer }),
  });
});

/** Needs a valid token; `ctx.caller` is the person it names. */
const authed = open.use(({ ctx, next }) => {
  const authentication = ctx.connection.authentication();
  if (authentication.person === undefined) throw new Refusal(authentication.refusal);
  return next({ ctx: { caller: authentication.person } });
});

export const router = t.router({
  auth: t.router({
    register: open
      .input(Register)
      .output(Session)
      .mutation(({ ctx, input }) => ctx.world.auth.register(input)),
    login: open
      .input(Login)
      .output(Session)
      .mutation(({ ctx, input }) => ctx.world.auth.login(input)),
    refresh: open
      .input(Refresh)
      .output(Session)
      .mutation(({ ctx, input }) => ctx.world.auth.refresh(input)),
    logout: authed
      .input(Logout)
      .output(Done)
      .mutation(({ ctx, input }) => ctx.world.auth.logout(ctx.caller, input)),
    logoutEverywhere: authed.output(Done).mutation(({ ctx }) => ctx.world.auth.logoutEverywhere(ctx.caller)),
    renew: authed
      .input(Renew)
      .output(Renewal)
      .mutation(({ ctx, input }) => ctx.world.auth.renew(ctx.connection, input)),
    me: authed.output(User).query(({ ctx }) => ctx.caller.user),
  }),
  users: t.router({
    search: authed
      .input(SearchUsers)
      .output(UserPage)
      .query(({ ctx, input }) => searchUsers(ctx.world, ctx.caller, input)),
  }),
  conversations: t.router({
    list: authed
      .input(ListConversations.prefault({}))
      .output(ConversationPage)
      .query(({ ctx, input }) => listConversations(ctx.world, ctx.caller, input)),
    get: authed
      .input(GetConversation)
      .output(Conversation)
      .query(({ ctx, input }) => getConversation(ctx.world, ctx.caller, input)),
    create: authed
      .input(CreateConversation)
      .output(Conversation)
      .mutation(({ ctx, input }) => createConversation(ctx.world, ctx.caller, input)),
    addMembers: authed
      .input(AddMembers)
      .output(Conversation)
      .mutation(({ ctx, input }) => addMembers(ctx.world, ctx.caller, input)),
    removeMember: authed
      .input(RemoveMember)
      .output(Done)
      .mutation(({ ctx, input }) => removeMember(ctx.world, ctx.caller, input)),
    leave: authed
      .input(LeaveConversation)
      .output(Done)
      .mutation(({ ctx, input }) => leaveConversation(ctx.world, ctx.caller, input)),
    rename: authed
      .input(RenameConversation)
      .output(Done)
      .mutation(({ ctx, input }) => renameConversation(ctx.world, ctx.caller, input)),
    setRole: authed
      .input(SetRole)
      .output(Done)
      .mutation(({ ctx, input }) => setRole(ctx.world, ctx.caller, input)),
    open: authed
      .input(OpenRoom)
      .output(OpenedRoom)
      .query(({ ctx, input }) => openRoom(ctx.world, ctx.caller, input)),
    events: authed.input(WatchRoom).subscription(({ ctx, input, signal }) => {
      // Refused before the subscription starts; asked again once it is attached.
      ctx.world.standing(ctx.caller.id, input.conversationId);
      return watchRoom({ ...ctx, signal }, input);
    }),
  }),
  messages: t.router({
    send: authed
      .input(SendMessage)
      .output(SentMessage)
      .mutation(({ ctx, input }) => sendMessage(ctx.world, ctx.caller, input)),
    list: authed
      .input(ListMessages)
      .output(MessagePage)
      .query(({ ctx, input }) => listMessages(ctx.world, ctx.caller, input)),
    edit: authed
      .input(EditMessage)
      .output(SentMessage)
      .mutation(({ ctx, input }) => editMessage(ctx.world, ctx.caller, input)),
    delete: authed
      .input(DeleteMessage)
      .output(SentMessage)
      .mutation(({ ctx, input }) => deleteMessage(ctx.world, ctx.caller, input)),
    react: authed
      .input(React)
      .output(Done)
      .mutation(({ ctx, input }) => react(ctx.world, ctx.caller, input)),
  }),
  receipts: t.router({
    read: authed
      .input(MarkRead)
      .output(MarkedRead)
      .mutation(({ ctx, input }) => markRead(ctx.world, ctx.caller, input)),
    delivered: authed
      .input(MarkDelivered)
      .output(Done)
      .mutation(({ ctx, input }) => markDelivered(ctx.world, ctx.caller, input)),
  }),
  typing: t.router({
    set: authed
      .input(SetTyping)
      .output(Done)
      .mutation(({ ctx, input }) => ctx.world.typing.set(ctx.caller, input)),
  }),
  offers: t.router({
    create: authed
      .input(CreateOffer)
      .output(CreatedOffer)
      .mutation(({ ctx, input }) => createOffer(ctx.world, ctx.caller, input)),
    update: authed
      .input(UpdateOffer)
      .output(UpdatedOffer)
      .mutation(({ ctx, input }) => updateOffer(ctx.world, ctx.caller, input)),
    get: authed
      .input(GetOffer)
      .output(Offer)
      .query(({ ctx, input }) => getOffer(ctx.world, ctx.caller, input)),
    list: authed
      .input(ListOffers)
      .output(OfferPage)
      .query(({ ctx, input }) => listOffers(ctx.world, ctx.caller, input)),
  }),
  presence: t.router({
    get: authed
      .input(GetPresence)
      .output(PresenceList)
      .query(({ ctx, input }) => presenceOf(ctx.world, ctx.caller, input)),
  }),
  inbox: t.router({
    events: authed
      .input(WatchInbox.prefault({}))
      .subscription(({ ctx, input, signal }) => watchInbox({ ...ctx, signal }, input)),
    unread: authed.output(Unread).query(({ ctx }) => unreadOf(ctx.world, ctx.caller)),
  }),
});

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;
type Calls<Router extends AppRouter | typeof router> = {
  inputs: inferRouterInputs<Router>;
  outputs: inferRouterOutputs<Router>;
};
/** The types of the two routers are the same in both directions. */
true satisfies Same<Calls<typeof router>, Calls<AppRouter>>;
