/**
 * One's own operations that the server has not answered, laid over what it has told. A pending message is there until
 * the confirmed one of the same `clientId` is.
 */
import type { Id, Message } from '@parley/contract';

import type { MessageView } from '../domains/message.ts';
import type { Outgoing } from '../outbox/entry.ts';
import { patched } from './messages.ts';
import type { Pending } from './pending.ts';

/** What is pending for messages, in the order in which it takes effect. */
export const wishesOf = ({ edits, reactions, removals }: Pending, userId: Id) => [
  ...edits.map(({ messageId, content, at }) => ({ messageId, content, editedAt: at })),
  ...reactions.map((one) => ({ ...one, userId })),
  ...removals.map(({ messageId, at }) => ({ messageId, deletedAt: at })),
];

export const wished = (message: Message, wishes: ReturnType<typeof wishesOf>): Message =>
  wishes.reduce((before, wish) => (wish.messageId === message.id ? patched(before, wish) : before), message);

/** Those of one's messages to a conversation that are not among the confirmed ones, in the order of the outbox. */
export function unconfirmed(
  sends: readonly Outgoing[],
  { id, myId, messages }: { id: Id; myId: Id | null; messages: readonly Message[] },
): Outgoing[] {
  const own = sends.filter(({ conversationId, userId }) => conversationId === id && userId === myId);
  if (own.length === 0) return own;
  const posted = new Set(messages.flatMap(({ userId, clientId }) => (userId === myId ? clientId : [])));
  return own.filter(({ clientId }) => !posted.has(clientId));
}

/** A message that the server does not have yet, as the list shows it. */
export function toPendingView(
  { clientId, conversationId, userId, draft, createdAt, delivery, error }: Outgoing,
  user: MessageView['user'] = { id: userId, username: '', avatar: null },
): MessageView {
  return {
    key: clientId,
    id: clientId,
    seq: null,
    conversationId,
    userId,
    user,
    content: draft.content,
    attachments: [...(draft.attachments ?? [])],
    replyToId: draft.replyToId ?? null,
    clientId,
    createdAt,
    reactions: [],
    editedAt: null,
    deletedAt: null,
    isMine: true,
    delivery,
    error,
  };
}
