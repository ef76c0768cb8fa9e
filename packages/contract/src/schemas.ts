/** The schemas, the catalogue, the reasons and the limits: what the server validates with. */
export * from './auth.ts';
export * from './conversations.ts';
export * from './events.ts';
export * from './ids.ts';
export * from './inbox.ts';
export * from './limits.ts';
export * from './messages.ts';
export * from './offers.ts';
export * from './page.ts';
export * from './presence.ts';
export * from './reasons.ts';
export * from './receipts.ts';
export * from './room.ts';
export * from './typing.ts';
export * from './users.ts';
export * from './version.ts';
