/**
 * The messages of a room: by seq, none twice, and of two versions of one the newer. Those that are here are kept up by
 * events, so a page adds only those that are not.
 */
import type { Message, MessageDeleted, MessageEdited, Reaction } from '@parley/contract';

import { keep } from './keep.ts';
import { later, type Change } from './put.ts';
import type { CachedConversation, CachedRoom, MessageChange } from './state.ts';

/** More than can be told while one page is on its way. */
const LATE = 100;

export function addMessages(room: CachedRoom, more: readonly Message[]): CachedRoom {
  const all = new Map(room.messages.map((message) => [message.seq, message]));
  for (const message of more) {
    if (!all.has(message.seq)) all.set(message.seq, room.late.reduce(changed, message));
  }
  return { ...room, messages: [...all.values()].toSorted((one, other) => one.seq - other.seq) };
}

type Patch =
  | Pick<MessageEdited, 'content' | 'editedAt'>
  | Pick<MessageDeleted, 'deletedAt'>
  | Pick<Reaction, 'emoji' | 'userId' | 'on'>;

export function patched(message: Message, patch: Patch): Message {
  if ('content' in patch) return { ...message, content: patch.content, editedAt: patch.editedAt };
  if ('deletedAt' in patch)
    return { ...message, content: '', attachments: [], reactions: [], deletedAt: patch.deletedAt };
  const { emoji, userId, on } = patch;
  const all = message.reactions.some((one) => one.emoji === emoji)
    ? message.reactions
    : [...message.reactions, { emoji, userIds: [] }];
  // Who puts an emoji comes last among those who have; it keeps its place for as long as someone has it there.
  const reactions = all.map((one) => {
    const others = one.userIds.filter((id) => id !== userId);
    return one.emoji === emoji ? { emoji, userIds: on ? [...others, userId] : others } : one;
  });
  return { ...message, reactions: reactions.filter(({ userIds }) => userIds.length > 0) };
}

const idOf = (change: MessageChange) => ('messageId' in change ? change.messageId : change.id);

/** The same, unless the message is newer than that. */
function changed(message: Message, change: MessageChange): Message {
  const after = patched(message, change);
  const isNews = idOf(change) === message.id && !message.deletedAt && version(after) >= version(message);
  return isNews ? keep(message, after) : message;
}

const version = ({ editedAt, deletedAt }: Message): number => +(deletedAt ?? editedAt ?? 0);

/** In the room, and in the list where it is the newest one. */
export function withMessageChange({ room, lastMessage }: CachedConversation, change: MessageChange): Change {
  const isHere = room?.messages.some(({ id }) => id === idOf(change));
  return {
    lastMessage: lastMessage && changed(lastMessage, change),
    room:
      room &&
      (isHere
        ? mapMessages(room, (message) => changed(message, change))
        : { ...room, late: [...room.late, change].slice(-LATE) }),
  };
}

function mapMessages(room: CachedRoom, how: (message: Message) => Message): CachedRoom {
  return keep(room, { ...room, messages: keep(room.messages, room.messages.map(how)) });
}

/** The newest message is for the list, and the newer version of it. */
export function withLast({ lastMessage: last }: CachedConversation, message: Message | null = null): Change {
  const isNews = message && (!last || (message.seq - last.seq || version(message) - version(last)) >= 0);
  return isNews ? { lastMessage: message } : {};
}

/** What an answer tells of a message: posted, edited or deleted. */
export function withAnswer(conversation: CachedConversation, told: Message): Change {
  const { room, activityAt } = conversation;
  const known = room && mapMessages(room, (one) => (one.id === told.id ? newer(one, told) : one));
  // What is not here and not to come belongs to a page that is not here.
  const isNext = known && told.seq > known.cursor;
  return {
    ...withLast(conversation, told),
    activityAt: later(activityAt, told.createdAt),
    room: isNext ? addMessages(known, [told]) : known,
  };
}

/** Who has reacted events tell better. */
const newer = (known: Message, told: Message): Message =>
  version(told) > version(known) ? { ...told, reactions: told.deletedAt ? [] : known.reactions } : known;
