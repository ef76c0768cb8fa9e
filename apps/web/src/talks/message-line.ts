import type { Message } from '@parley/client';

/** What a message says where there is no room for all of it. */
export function messageLine({ content, deletedAt }: Pick<Message, 'content' | 'deletedAt'>): string {
  if (deletedAt !== null) return 'Message deleted';
  return content || 'Attachment';
}
