import {
  Done,
  Login,
  Logout,
  Refresh,
  Register,
  Renew,
  Renewal,
  Session,
  User,
} from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed, open } from '../../core/trpc.ts';
import { login, logout, logoutEverywhere, me, refresh, register, renew } from './sessions.ts';

export const auth = {
  /** Makes an account and signs in. */
  register: open
    .input(Register)
    .output(Session)
    .mutation(({ ctx, input }) => register(ctx.services, ctx, input)),
  /** Signs in with email and password. */
  login: open
    .input(Login)
    .output(Session)
    .mutation(({ ctx, input }) => login(ctx.services, ctx, input)),
  /** Spends a refresh token for a new session. */
  refresh: open
    .input(Refresh)
    .output(Session)
    .mutation(({ ctx, input }) => refresh(ctx.services, ctx, input)),
  /** Revokes a refresh token and all that came from the same sign-in. */
  logout: authed
    .input(Logout)
    .output(Done)
    .mutation(({ ctx, input }) => logout(ctx.services, ctx.caller, input)),
  /** Ends every session of the person who calls, on every device: all their tokens are refused from then on. */
  logoutEverywhere: authed.output(Done).mutation(({ ctx }) => logoutEverywhere(ctx.services, ctx.caller)),
  /** Extends the connection it is called on to the new token's expiry. */
  renew: authed
    .input(Renew)
    .output(Renewal)
    .mutation(({ ctx, input }) => renew(ctx, input)),
  /** The person who is calling. */
  me: authed.output(User).query(({ ctx }) => me(ctx.services, ctx.caller)),
} satisfies TRPCCreateRouterOptions;
