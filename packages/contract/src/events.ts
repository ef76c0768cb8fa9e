/**
 * The catalogue: every event that a room or an inbox can carry, whether it is durable, and its payload.
 * All event types derive from the two maps here; the server can emit nothing that is not in them.
 */
import type { z } from 'zod';

import { MemberAdded, MemberRemoved, Renamed, RoleChanged } from './conversations.ts';
import { Connected, ConversationAdded, ConversationRemoved, NewMessage } from './inbox.ts';
import { MessageDeleted, MessageEdited, PostedMessage, Reaction } from './messages.ts';
import { OfferCreated, OfferNotice, OfferUpdate } from './offers.ts';
import { Presence, RoomVisit } from './presence.ts';
import { DeliveredReceipt, OwnReadReceipt, ReadReceipt } from './receipts.ts';
import { Joined, Reset } from './room.ts';
import { Typing } from './typing.ts';

/** Durable events of a room: each has a seq and is replayed. */
export interface DurableRoomEvents {
  message: PostedMessage;
  'message-edited': MessageEdited;
  'message-deleted': MessageDeleted;
  reaction: Reaction;
  'offer-created': OfferCreated;
  'offer-update': OfferUpdate;
  'member-added': MemberAdded;
  'member-removed': MemberRemoved;
  'role-changed': RoleChanged;
  renamed: Renamed;
}

/** Events of a room that are told once, to whoever is there. */
export interface EphemeralRoomEvents {
  joined: Joined;
  reset: Reset;
  typing: Typing;
  read: ReadReceipt;
  delivered: DeliveredReceipt;
  'user-joined': RoomVisit;
  'user-left': RoomVisit;
  presence: Presence;
}

/** Durable events of an inbox: each has a seq and is replayed. */
export interface DurableInboxEvents {
  'new-message': NewMessage;
  /** Of any message that one may see: what a list shows of it has changed. */
  'message-edited': MessageEdited;
  'message-deleted': MessageDeleted;
  'new-offer': OfferNotice;
  'offer-accepted': OfferNotice;
  'offer-update': OfferUpdate;
  'conversation-added': ConversationAdded;
  'conversation-removed': ConversationRemoved;
}

/** Events of an inbox that are told once, to whoever is there. */
export interface EphemeralInboxEvents {
  connected: Connected;
  reset: Reset;
  read: OwnReadReceipt;
  presence: Presence;
  /** In any of one's conversations of at most `LIMITS.typingInboxParticipants` people. */
  typing: Typing;
}

/**
 * A host application's own room events, added by declaration merging. They are ephemeral.
 *
 * @example
 * declare module '@parley/server' {
 *   interface HostRoomEvents { 'listing-sold': { listingId: string } }
 * }
 */
export interface HostRoomEvents {}

/** A host application's own inbox events, added by declaration merging. They are ephemeral. */
export interface HostInboxEvents {}

export interface RoomEvents extends DurableRoomEvents, EphemeralRoomEvents, HostRoomEvents {}
export interface InboxEvents extends DurableInboxEvents, EphemeralInboxEvents, HostInboxEvents {}

type EventOf<Events> = { [Type in keyof Events]: { type: Type; payload: Events[Type] } }[keyof Events];

/** What a room delivers; narrowing `type` narrows `payload`. */
export type ConversationEvent = EventOf<RoomEvents>;
/** What an inbox delivers; narrowing `type` narrows `payload`. */
export type InboxEvent = EventOf<InboxEvents>;

type Catalogue<Durable, Ephemeral> = {
  [Type in keyof Durable]: { durable: true; payload: z.ZodType<Durable[Type]> };
} & { [Type in keyof Ephemeral]: { durable: false; payload: z.ZodType<Ephemeral[Type]> } };

const durable = <P>(payload: z.ZodType<P>) => ({ durable: true as const, payload });
const ephemeral = <P>(payload: z.ZodType<P>) => ({ durable: false as const, payload });

export const ROOM_EVENTS: Catalogue<DurableRoomEvents, EphemeralRoomEvents> = {
  joined: ephemeral(Joined),
  reset: ephemeral(Reset),
  message: durable(PostedMessage),
  'message-edited': durable(MessageEdited),
  'message-deleted': durable(MessageDeleted),
  reaction: durable(Reaction),
  'offer-created': durable(OfferCreated),
  'offer-update': durable(OfferUpdate),
  'member-added': durable(MemberAdded),
  'member-removed': durable(MemberRemoved),
  'role-changed': durable(RoleChanged),
  renamed: durable(Renamed),
  typing: ephemeral(Typing),
  read: ephemeral(ReadReceipt),
  delivered: ephemeral(DeliveredReceipt),
  'user-joined': ephemeral(RoomVisit),
  'user-left': ephemeral(RoomVisit),
  presence: ephemeral(Presence),
};

export const INBOX_EVENTS: Catalogue<DurableInboxEvents, EphemeralInboxEvents> = {
  connected: ephemeral(Connected),
  reset: ephemeral(Reset),
  'new-message': durable(NewMessage),
  'message-edited': durable(MessageEdited),
  'message-deleted': durable(MessageDeleted),
  'new-offer': durable(OfferNotice),
  'offer-accepted': durable(OfferNotice),
  'offer-update': durable(OfferUpdate),
  'conversation-added': durable(ConversationAdded),
  'conversation-removed': durable(ConversationRemoved),
  read: ephemeral(OwnReadReceipt),
  presence: ephemeral(Presence),
  typing: ephemeral(Typing),
};
