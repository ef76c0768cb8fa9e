import type { ConversationListItem } from '@parley/client';

import { messageLine } from './message-line.ts';
import { nameIn } from './names.ts';

/** What happened last in a talk, in one line. */
export function preview({ kind, participants, lastMessage }: ConversationListItem, myId: string): string {
  if (lastMessage === null) return 'No messages yet';
  const { userId, user } = lastMessage;
  const text = messageLine(lastMessage);
  if (userId === myId) return `You: ${text}`;
  return kind === 'group' ? `${nameIn(participants, userId, user.username)}: ${text}` : text;
}
