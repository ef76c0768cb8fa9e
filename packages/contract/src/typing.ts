import { z } from 'zod';

import { Id } from './ids.ts';
import { named } from './schema.ts';

/** Someone is writing, or stopped: told in the room, and in the inboxes of its other participants where they are few. */
export interface Typing {
  userId: Id;
  username: string;
  conversationId: Id;
  isTyping: boolean;
}

export const Typing = named<Typing>()(
  z.object({ userId: Id, username: z.string(), conversationId: Id, isTyping: z.boolean() }),
);

export const SetTyping = z.object({ conversationId: Id, isTyping: z.boolean() });
