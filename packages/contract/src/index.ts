/** Types only: what the published client carries. The schemas are in `@parley/contract/schemas`. */
export type * from './auth.ts';
export type * from './conversations.ts';
export type * from './events.ts';
export type * from './ids.ts';
export type * from './inbox.ts';
export type * from './messages.ts';
export type * from './offers.ts';
export type * from './page.ts';
export type * from './presence.ts';
export type * from './reasons.ts';
export type * from './receipts.ts';
export type * from './room.ts';
export type * from './typing.ts';
export type * from './users.ts';
