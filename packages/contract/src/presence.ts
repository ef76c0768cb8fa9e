import { z } from 'zod';

import { Id } from './ids.ts';
import { LIMITS } from './limits.ts';
import { named } from './schema.ts';

export interface Presence {
  userId: Id;
  online: boolean;
  /** When their last connection ended; null if never, or unknown. */
  lastSeenAt: Date | null;
}

/** Someone opened or left a room. */
export interface RoomVisit {
  userId: Id;
  username: string;
  conversationId: Id;
}

export const Presence = named<Presence>()(
  z.object({ userId: Id, online: z.boolean(), lastSeenAt: z.date().nullable() }),
);
export const PresenceList = named<Presence[]>()(z.array(Presence));
export const RoomVisit = named<RoomVisit>()(
  z.object({ userId: Id, username: z.string(), conversationId: Id }),
);

export const GetPresence = z.object({ userIds: z.array(Id).min(1).max(LIMITS.presenceUserIds) });
