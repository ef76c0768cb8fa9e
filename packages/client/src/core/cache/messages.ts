/**
 * The messages of a room: by seq, none twice, and of two versions of one the newer. Those that are here are kept up by
 * events, so a page adds only those that are not.
 */
import type { Message, MessageReaction, Reaction } from '@parley/contract';

import type { CachedConversation, CachedRoom, MessageChange } from './state.ts';

/** More than can be told while one page is on its way. */
const LATE = 100;

export function addMessages(room: CachedRoom, more: readonly Message[]): CachedRoom {
  const here = new Set(room.messages.map(({ seq }) => seq));
  const added = more.filter(({ seq }) => !here.has(seq)).map((message) => room.late.reduce(changed, message));
  if (added.length === 0) return room;
  return { ...room, messages: [...room.messages, ...added].toSorted((one, other) => one.seq - other.seq) };
}

/** As an event changes a message. A newer version stays as it is. */
export function changed(message: Message, event: MessageChange): Message {
  if (message.deletedAt !== null) return message;
  switch (event.type) {
    case 'message-edited': {
      const { id, content, editedAt } = event.payload;
      const isNews =
        id === message.id && (content !== message.content || +editedAt !== +(message.editedAt ?? 0));
      return isNews && editedAt >= (message.editedAt ?? 0) ? { ...message, content, editedAt } : message;
    }
    case 'message-deleted': {
      const { id, deletedAt } = event.payload;
      const gone = { content: '', attachments: [], reactions: [], deletedAt };
      return id === message.id ? { ...message, ...gone } : message;
    }
    case 'reaction': {
      const { messageId } = event.payload;
      return messageId === message.id
        ? { ...message, reactions: withReaction(message.reactions, event.payload) }
        : message;
    }
    default:
      event satisfies never;
      return message;
  }
}

/** Who puts an emoji comes last among those who have; an emoji keeps its place for as long as someone has it there. */
export function withReaction(
  reactions: readonly MessageReaction[],
  { emoji, userId, on }: Pick<Reaction, 'emoji' | 'userId' | 'on'>,
): MessageReaction[] {
  const known = reactions.some((one) => one.emoji === emoji)
    ? reactions
    : [...reactions, { emoji, userIds: [] }];
  return known
    .map((one) => {
      if (one.emoji !== emoji) return one;
      const others = one.userIds.filter((id) => id !== userId);
      return { emoji, userIds: on ? [...others, userId] : others };
    })
    .filter(({ userIds }) => userIds.length > 0);
}

/** In the room, and in the list where it is the newest one. */
export function withMessageChange(
  conversation: CachedConversation,
  event: MessageChange,
): CachedConversation {
  const { room } = conversation;
  const lastMessage = conversation.lastMessage && changed(conversation.lastMessage, event);
  return { ...conversation, lastMessage, room: room && changeInRoom(room, event) };
}

function changeInRoom(room: CachedRoom, event: MessageChange): CachedRoom {
  const id = event.type === 'reaction' ? event.payload.messageId : event.payload.id;
  const index = room.messages.findLastIndex((message) => message.id === id);
  const before = room.messages[index];
  if (before === undefined) return { ...room, late: [...room.late, event].slice(-LATE) };
  const after = changed(before, event);
  return after === before ? room : { ...room, messages: room.messages.with(index, after) };
}

/** The newest one, for the list, and the newer version of it. */
export function withLast(
  conversation: CachedConversation,
  message: Message | null | undefined,
): CachedConversation {
  const { lastMessage: last } = conversation;
  if (
    !message ||
    (last && (message.seq < last.seq || (message.seq === last.seq && version(message) < version(last))))
  )
    return conversation;
  return { ...conversation, lastMessage: message };
}

const version = ({ editedAt, deletedAt }: Message): number => +(deletedAt ?? editedAt ?? 0);

/** What an answer tells of a message: posted, edited or deleted. */
export function withAnswer(conversation: CachedConversation, message: Message): CachedConversation {
  const { room } = conversation;
  const { id, seq, content, editedAt, deletedAt } = message;
  const told = withLast(conversation, message);
  // What is not here and not to come belongs to a page that is not here.
  if (room && seq > room.cursor && !room.messages.some((one) => one.id === id))
    return { ...told, room: addMessages(room, [message]) };
  const payload = { ...message, deletedBy: message.userId };
  if (deletedAt)
    return withMessageChange(told, { type: 'message-deleted', payload: { ...payload, deletedAt } });
  if (editedAt)
    return withMessageChange(told, { type: 'message-edited', payload: { ...payload, content, editedAt } });
  return told;
}
