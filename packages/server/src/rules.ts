/**
 * What is decided without a database: the in-memory server of `@parley/client/testing` decides it by the same lines.
 * Nothing here needs Node.js, and none of it is published with the server.
 */
export type { Clock } from './core/clock.ts';
export { shapeError } from './core/error-formatter.ts';
export { Refusal, type RefusalDetails } from './core/refusal.ts';
export { transformer } from './core/transformer.ts';
export { usernameKey } from './domains/auth/usernames.ts';
export { withheld } from './domains/inbox/withhold.ts';
export { messageDeleted, messageEdited, reaction } from './domains/messages/events.ts';
export { offerCreated, offerNotice, offerUpdate, withoutTerms } from './domains/offers/events.ts';
export { messageOf, OTHER_MUST_CONFIRM } from './domains/offers/messages.ts';
export { counterTerms, requireFuture } from './domains/offers/terms.ts';
export { decide } from './domains/offers/transitions.ts';
export { TypingSigns } from './domains/typing/typing-signs.ts';
export { TypingView } from './domains/typing/typing-view.ts';
export { placeOf } from './realtime/place.ts';
