// Messages as the sample app is given them, a minute apart.
import type { Message, UserSummary } from '@parley/client';

const START = Date.UTC(2027, 2, 12, 12);
export const minute = (count: number) => new Date(START + count * 60_000);
export const user = (id: string): UserSummary => ({ id, username: id, displayName: null, avatar: null });

export const posted = (seq: number, change: Partial<Message> = {}): Message => ({
  id: `message-${seq}`,
  seq,
  conversationId: 'talk',
  userId: 'ben',
  user: user('ben'),
  content: `Text ${seq}`,
  attachments: [],
  replyToId: null,
  clientId: null,
  createdAt: minute(seq),
  reactions: [],
  editedAt: null,
  deletedAt: null,
  ...change,
});
