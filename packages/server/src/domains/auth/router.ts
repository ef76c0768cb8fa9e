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
  /**
   * Makes an account and signs in.
   *
   * Refused with `email_taken`, `username_taken`, `registration_disabled` where accounts are made by others, and
   * `login_disabled` where tokens are issued elsewhere.
   */
  register: open
    .input(Register)
    .output(Session)
    .mutation(({ ctx, input }) => register(ctx.services, ctx, input)),
  /**
   * Signs in with email and password. The access token lives for a quarter of an hour; the refresh token is good for one use.
   *
   * Refused with `invalid_credentials` for an unknown email and a wrong password alike, `user_disabled`, `login_disabled`,
   * and `rate_limited` after too many failures.
   */
  login: open
    .input(Login)
    .output(Session)
    .mutation(({ ctx, input }) => login(ctx.services, ctx, input)),
  /**
   * Spends a refresh token for a new session. A token that comes a second time ends all that came from the same sign-in.
   *
   * Refused with `refresh_token_invalid`, `refresh_token_reused` and `user_disabled`: sign in again.
   */
  refresh: open
    .input(Refresh)
    .output(Session)
    .mutation(({ ctx, input }) => refresh(ctx.services, ctx, input)),
  /**
   * Revokes a refresh token and all that came from the same sign-in. One that is unknown or another person's has nothing to
   * end, which is success too.
   */
  logout: authed
    .input(Logout)
    .output(Done)
    .mutation(({ ctx, input }) => logout(ctx.services, ctx.caller, input)),
  /**
   * Ends every session of the person who calls, on every device and node, this one too: all their tokens are refused from
   * then on, and their connections are closed. Who signs in again right after stays.
   *
   * Refused with `login_disabled` where tokens are issued elsewhere.
   */
  logoutEverywhere: authed.output(Done).mutation(({ ctx }) => logoutEverywhere(ctx.services, ctx.caller)),
  /** Extends the connection it is called on to the new token's expiry. */
  renew: authed
    .input(Renew)
    .output(Renewal)
    .mutation(({ ctx, input }) => renew(ctx, input)),
  /**
   * The person who is calling, with what only they themselves see: their email.
   */
  me: authed.output(User).query(({ ctx }) => me(ctx.services, ctx.caller)),
} satisfies TRPCCreateRouterOptions;
