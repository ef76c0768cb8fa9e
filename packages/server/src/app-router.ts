/**
 * The router as clients see it. An interface over `typeof` records: the names and comments of the procedures travel
 * into the client's declarations, the server's context and database do not.
 */
import type { TRPCBuiltRouter } from '@trpc/server';

import type { PublicRoot } from './core/root.ts';
import type { auth } from './domains/auth/router.ts';
import type { conversations } from './domains/conversations/router.ts';
import type { inbox } from './domains/inbox/router.ts';
import type { messages } from './domains/messages/router.ts';
import type { offers } from './domains/offers/router.ts';
import type { presence } from './domains/presence/router.ts';
import type { receipts } from './domains/receipts/router.ts';
import type { room } from './domains/room/router.ts';
import type { typing } from './domains/typing/router.ts';
import type { users } from './domains/users/router.ts';

export type Routes = {
  auth: typeof auth;
  users: typeof users;
  conversations: typeof conversations & typeof room;
  messages: typeof messages;
  receipts: typeof receipts;
  typing: typeof typing;
  offers: typeof offers;
  presence: typeof presence;
  inbox: typeof inbox;
};

export interface AppRouter extends TRPCBuiltRouter<PublicRoot, Routes> {}

export type { ErrorShape, InputIssues } from './core/error-shape.ts';
