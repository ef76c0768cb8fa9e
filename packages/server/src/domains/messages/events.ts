/** What is told of a message that changed: the live events and the replayed ones are made here. */
import type { MessageDeleted, MessageEdited, Reaction } from '@parley/contract';

interface ChangedMessage {
  id: string;
  seq: number | bigint;
  conversationId: string;
  userId: string;
  content: string;
}

const ofMessage = ({ id, seq, conversationId, userId }: ChangedMessage) => ({
  id,
  seq: Number(seq),
  conversationId,
  userId,
});

export const messageEdited = (message: ChangedMessage, editedAt: Date): MessageEdited => ({
  ...ofMessage(message),
  content: message.content,
  editedAt,
});

export const messageDeleted = (
  message: ChangedMessage,
  deletion: Pick<MessageDeleted, 'deletedBy' | 'deletedAt'>,
): MessageDeleted => ({ ...ofMessage(message), ...deletion });

export const reaction = (
  { id, conversationId }: Pick<ChangedMessage, 'id' | 'conversationId'>,
  { userId, emoji, on, reactedAt }: Pick<Reaction, 'userId' | 'emoji' | 'on' | 'reactedAt'>,
): Reaction => ({ messageId: id, conversationId, userId, emoji, on, reactedAt });
