/**
 * One's own operations that the server has not answered, laid over what it has told. A pending message is there until
 * the confirmed one of the same `clientId` is.
 */
import type { Id, Message } from '@parley/contract';

import type { MessageView } from '../domains/message.ts';
import type { Outgoing } from '../outbox/entry.ts';
import { memo } from './keep.ts';
import { withReaction } from './messages.ts';
import type { Pending } from './pending.ts';

/** What is pending for one message, in the order in which it takes effect. */
export type Wish = (message: Message) => Message;

/** What is pending by message: the same for as long as the lists are. */
export const wishes = (userId: Id) =>
  memo((edits: Pending['edits'], reactions: Pending['reactions'], removals: Pending['removals']) => {
    const all = new Map<Id, Wish>();
    const add = (id: Id, wish: Wish) => {
      const before = all.get(id);
      all.set(id, before === undefined ? wish : (message) => wish(before(message)));
    };
    for (const { messageId, content, at } of edits)
      add(messageId, (message) => ({ ...message, content, editedAt: at }));
    for (const { messageId, emoji, on } of reactions)
      add(messageId, (message) => ({
        ...message,
        reactions: withReaction(message.reactions, { emoji, userId, on }),
      }));
    for (const { messageId, at } of removals)
      add(messageId, (message) => ({
        ...message,
        content: '',
        attachments: [],
        reactions: [],
        deletedAt: at,
      }));
    return all;
  });

/** Those of one's messages to a conversation that are not among the confirmed ones, in the order of the outbox. */
export function unconfirmed(
  sends: readonly Outgoing[],
  { id, myId, messages }: { id: Id; myId: Id | null; messages: readonly Message[] },
): Outgoing[] {
  const waiting = new Map(
    sends
      .filter(({ conversationId, userId }) => conversationId === id && userId === myId)
      .map((one) => [one.clientId, one]),
  );
  if (waiting.size > 0)
    for (const { userId, clientId } of messages)
      if (clientId !== null && userId === myId) waiting.delete(clientId);
  return [...waiting.values()];
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
