import { z } from 'zod';

import { Conversation, Role } from './conversations.ts';
import { Id, LastEventId, Seq } from './ids.ts';
import { MessagePage } from './messages.ts';
import { OfferPage } from './offers.ts';
import { named } from './schema.ts';
import { UserSummary } from './users.ts';

/** A participant as a room shows them. */
export interface RoomParticipant {
  user: UserSummary;
  role: Role;
  readSeq: Seq;
  deliveredSeq: Seq;
  online: boolean;
  typing: boolean;
}

/** What a room shows when it is opened: the newest pages. All of it is as of the conversation's `headSeq`, or later. */
export interface OpenedRoom {
  conversation: Conversation;
  messages: MessagePage;
  offers: OfferPage;
}

/** First value of every room subscription. */
export interface Joined {
  conversationId: Id;
  headSeq: Seq;
  /** Whether it goes on after a `lastEventId`. */
  resumed: boolean;
  participants: RoomParticipant[];
}

/** `too_far_behind`: over 1 000 events. `unknown_position`: after the head, for example of a restored database. */
export type ResetReason = 'too_far_behind' | 'unknown_position';

/** Nothing is replayed: reload the newest page and go on from `headSeq`. */
export interface Reset {
  reason: ResetReason;
  headSeq: Seq;
}

export const OpenedRoom = named<OpenedRoom>()(
  z.object({ conversation: Conversation, messages: MessagePage, offers: OfferPage }),
);
export const Joined = named<Joined>()(
  z.object({
    conversationId: Id,
    headSeq: Seq,
    resumed: z.boolean(),
    participants: z.array(
      z.object({
        user: UserSummary,
        role: Role,
        readSeq: Seq,
        deliveredSeq: Seq,
        online: z.boolean(),
        typing: z.boolean(),
      }),
    ),
  }),
);
export const Reset = named<Reset>()(
  z.object({ reason: z.enum(['too_far_behind', 'unknown_position']), headSeq: Seq }),
);

export const OpenRoom = z.object({ conversationId: Id });
export const WatchRoom = z.object({ conversationId: Id, lastEventId: LastEventId.nullish() });
