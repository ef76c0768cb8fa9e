import { z } from 'zod';

import { ClientId, Id, Seq } from './ids.ts';
import { LIMITS } from './limits.ts';
import { page, pageInput, type Page } from './page.ts';
import { named, text, textWithReason } from './schema.ts';
import { Author } from './users.ts';

/** A message as the `message` event carries it. */
export interface PostedMessage {
  id: Id;
  seq: Seq;
  conversationId: Id;
  userId: Id;
  user: Author;
  content: string;
  /** Addresses or upload ids. */
  attachments: string[];
  replyToId: Id | null;
  clientId: ClientId | null;
  createdAt: Date;
}

/** Who has reacted to a message with one emoji, the first first. */
export interface MessageReaction {
  emoji: string;
  userIds: Id[];
}

/** A message as it is now. A deleted one keeps its place, without its content, attachments and reactions. */
export interface Message extends PostedMessage {
  /** By emoji, the first used first. */
  reactions: MessageReaction[];
  editedAt: Date | null;
  deletedAt: Date | null;
}

export type MessagePage = Page<Message>;

export interface SentMessage {
  success: true;
  message: Message;
}

/** A message has other content. `id`, `seq` and `userId` are the message's own, and so its author's. */
export interface MessageEdited {
  id: Id;
  seq: Seq;
  conversationId: Id;
  userId: Id;
  /** As it is now: empty where a later deletion has taken it away. */
  content: string;
  editedAt: Date;
}

/** A message keeps its place without its content. `id`, `seq` and `userId` are the message's own. */
export interface MessageDeleted {
  id: Id;
  seq: Seq;
  conversationId: Id;
  userId: Id;
  deletedBy: Id;
  deletedAt: Date;
}

/** Someone put an emoji on a message, or took it away. */
export interface Reaction {
  messageId: Id;
  conversationId: Id;
  userId: Id;
  emoji: string;
  on: boolean;
  reactedAt: Date;
}

const posted = {
  id: Id,
  seq: Seq,
  conversationId: Id,
  userId: Id,
  user: Author,
  content: z.string(),
  attachments: z.array(z.string()),
  replyToId: Id.nullable(),
  clientId: ClientId.nullable(),
  createdAt: z.date(),
};
export const PostedMessage = named<PostedMessage>()(z.object(posted));
export const Message = named<Message>()(
  z.object({
    ...posted,
    reactions: z.array(z.object({ emoji: z.string(), userIds: z.array(Id) })),
    editedAt: z.date().nullable(),
    deletedAt: z.date().nullable(),
  }),
);
export const MessagePage = named<MessagePage>()(page(Message));
export const SentMessage = named<SentMessage>()(z.object({ success: z.literal(true), message: Message }));
const ofMessage = { id: Id, seq: Seq, conversationId: Id, userId: Id };
export const MessageEdited = named<MessageEdited>()(
  z.object({ ...ofMessage, content: z.string(), editedAt: z.date() }),
);
export const MessageDeleted = named<MessageDeleted>()(
  z.object({ ...ofMessage, deletedBy: Id, deletedAt: z.date() }),
);
export const Reaction = named<Reaction>()(
  z.object({
    messageId: Id,
    conversationId: Id,
    userId: Id,
    emoji: z.string(),
    on: z.boolean(),
    reactedAt: z.date(),
  }),
);

/** A scheme other than http(s) could run code where it is drawn as a link. Browsers skip what `ignored` matches. */
function hasSafeScheme(value: string): boolean {
  const ignored = /[\p{Cc}\s]/gu;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(value.replaceAll(ignored, ''))?.[1]?.toLowerCase();
  return scheme === undefined || scheme === 'http' || scheme === 'https';
}

const attachment = text(1, LIMITS.attachmentLength).refine(hasSafeScheme, 'Only http and https addresses');

export const SendMessage = z
  .object({
    conversationId: Id,
    content: textWithReason(0, LIMITS.messageLength, 'message_too_long'),
    attachments: z.array(attachment).max(LIMITS.attachments).default([]),
    replyToId: Id.optional(),
    clientId: ClientId.optional(),
  })
  .refine(({ content, attachments }) => content.length > 0 || attachments.length > 0, {
    path: ['content'],
    error: 'A message needs content or an attachment',
  });

export const ListMessages = z
  .object({
    conversationId: Id,
    ...pageInput,
    /**
     * `older` starts at the newest message, `newer` at the oldest; each page is newest first. tRPC's infinite queries say
     * `forward` for the page that follows, which is an older one, and `backward` for the one before.
     */
    direction: z
      .enum(['older', 'newer', 'forward', 'backward'])
      .default('older')
      .transform((direction) => (direction === 'older' || direction === 'forward' ? 'older' : 'newer')),
    /** Starts at this message instead, which is in the page: a page in each direction shows what is around it. */
    fromId: Id.optional(),
    /** Starts at the message of this seq instead, or else at the next one in the direction. */
    fromSeq: Seq.optional(),
  })
  .refine(
    ({ cursor, fromId, fromSeq }) => [cursor, fromId, fromSeq].filter((it) => it !== undefined).length <= 1,
    {
      path: ['cursor'],
      error: 'One of cursor, fromId and fromSeq',
    },
  );

export const EditMessage = z.object({
  messageId: Id,
  /** Empty only where the message has an attachment. */
  content: textWithReason(0, LIMITS.messageLength, 'message_too_long'),
});
export const DeleteMessage = z.object({ messageId: Id });

/** One emoji as a reader sees it: digits and signs alone are none, a family or a flag is one. */
export const Emoji: z.ZodType<string, string> = z
  .string()
  .min(1)
  .max(LIMITS.emojiLength)
  .regex(/^[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u, 'Not an emoji')
  .regex(/[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]/u, 'Not an emoji')
  .refine((value) => [...new Intl.Segmenter().segment(value)].length === 1, 'One emoji');

export const React = z.object({ messageId: Id, emoji: Emoji, on: z.boolean() });
