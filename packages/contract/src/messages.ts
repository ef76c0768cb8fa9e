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

/** A message as it is now. A deleted one keeps its place, without its content. */
export interface Message extends PostedMessage {
  editedAt: Date | null;
  deletedAt: Date | null;
}

export type MessagePage = Page<Message>;

export interface SentMessage {
  success: true;
  message: Message;
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
  z.object({ ...posted, editedAt: z.date().nullable(), deletedAt: z.date().nullable() }),
);
export const MessagePage = named<MessagePage>()(page(Message));
export const SentMessage = named<SentMessage>()(z.object({ success: z.literal(true), message: Message }));

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

export const ListMessages = z.object({
  conversationId: Id,
  ...pageInput,
  /** `older` starts at the newest message, `newer` at the oldest; each page is newest first. */
  direction: z.enum(['older', 'newer']).default('older'),
});
