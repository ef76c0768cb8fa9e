import type { TRPCCreateRouterOptions } from '@trpc/server';

import { auth } from './domains/auth/router.ts';
import { conversations } from './domains/conversations/router.ts';
import { inbox } from './domains/inbox/router.ts';
import { messages } from './domains/messages/router.ts';
import { offers } from './domains/offers/router.ts';
import { presence } from './domains/presence/router.ts';
import { receipts } from './domains/receipts/router.ts';
import { room } from './domains/room/router.ts';
import { typing } from './domains/typing/router.ts';
import { users } from './domains/users/router.ts';

/** Every procedure there is, by path. */
export const procedures = {
  auth,
  users,
  conversations: { ...conversations, ...room },
  messages,
  receipts,
  typing,
  offers,
  presence,
  inbox,
} satisfies TRPCCreateRouterOptions;
