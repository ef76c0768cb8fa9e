import { z } from 'zod';

import type { ConversationKind } from './conversations.ts';
import { Id, LastEventId, Seq } from './ids.ts';
import type { PostedMessage } from './messages.ts';
import { named } from './schema.ts';
import { Author } from './users.ts';

/** First value of every inbox subscription. */
export interface Connected {
  message: string;
  userId: Id;
  /** Whether it goes on after a `lastEventId`. */
  resumed: boolean;
}

/** A message in one of one's conversations, whether or not its room is open. */
export interface NewMessage {
  conversationId: Id;
  /** The message's seq in its conversation. */
  seq: Seq;
  message: Pick<PostedMessage, 'id' | 'content' | 'user' | 'createdAt'>;
  /** Messages of others that one has not read, this one included, when it was sent. */
  unreadCount: number;
}

/** One became a participant. */
export interface ConversationAdded {
  conversationId: Id;
  kind: ConversationKind;
  title: string | null;
  subject: string | null;
  addedBy: Id;
  addedAt: Date;
}

/** One is no longer a participant, and keeps nothing readable of it. */
export interface ConversationRemoved {
  conversationId: Id;
  /** Oneself after leaving. */
  removedBy: Id;
  removedAt: Date;
}

/** What one has not read, over all of one's conversations. */
export interface Unread {
  /** Messages of others. */
  messages: number;
  /** Conversations that have such messages. */
  conversations: number;
}

export const Connected = named<Connected>()(
  z.object({ message: z.string(), userId: Id, resumed: z.boolean() }),
);
export const NewMessage = named<NewMessage>()(
  z.object({
    conversationId: Id,
    seq: Seq,
    message: z.object({ id: Id, content: z.string(), user: Author, createdAt: z.date() }),
    unreadCount: z.int().min(0),
  }),
);
export const ConversationAdded = named<ConversationAdded>()(
  z.object({
    conversationId: Id,
    kind: z.enum(['direct', 'group']),
    title: z.string().nullable(),
    subject: z.string().nullable(),
    addedBy: Id,
    addedAt: z.date(),
  }),
);

export const ConversationRemoved = named<ConversationRemoved>()(
  z.object({ conversationId: Id, removedBy: Id, removedAt: z.date() }),
);

export const Unread = named<Unread>()(z.object({ messages: z.int().min(0), conversations: z.int().min(0) }));

export const WatchInbox = z.object({ lastEventId: LastEventId.nullish() });
