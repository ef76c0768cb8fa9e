import { SearchUsers, UserPage } from '@parley/contract/schemas';
import type { TRPCCreateRouterOptions } from '@trpc/server';

import { authed } from '../../core/trpc.ts';
import { search } from './users.ts';

export const users = {
  /**
   * Finds people by a part of their username or display name, in any case, by username. Oneself is left out.
   */
  search: authed
    .input(SearchUsers)
    .output(UserPage)
    .query(({ ctx, input }) => search(ctx.services, ctx.caller, input)),
} satisfies TRPCCreateRouterOptions;
