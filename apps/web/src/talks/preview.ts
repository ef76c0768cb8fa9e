import type { ConversationListItem } from '@parley/client';

import { nameIn } from './names.ts';

/** What happened last in a talk, in one line. */
export function preview({ kind, participants, lastMessage }: ConversationListItem, myId: string): string {
  if (lastMessage === null) return 'No messages yet';
  const { userId, content, deletedAt } = lastMessage;
  const text = deletedAt !== null ? 'Message deleted' : content === '' ? 'Attachment' : content;
  if (userId === myId) return `You: ${text}`;
  return kind === 'group' ? `${nameIn(participants, userId)}: ${text}` : text;
}
