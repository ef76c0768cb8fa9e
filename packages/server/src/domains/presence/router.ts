import { GetPresence, PresenceList } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { presenceOf } from './presence.ts';

export const presence = {
  /**
   * Who of these people is online, and when they last were; those one shares no conversation with are left out.
   */
  get: authed
    .input(GetPresence)
    .output(PresenceList)
    .query(({ ctx, input }) => presenceOf(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
