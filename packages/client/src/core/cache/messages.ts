/**
 * The messages of a room: by seq, none twice, and of two versions of one the newer. Those that are here are kept up by
 * events, so a page adds only those that are not.
 */
import type { Id, Message, MessageDeleted, MessageEdited, Reaction } from '@parley/contract';

import { keep } from './keep.ts';
import { later, type Change } from './put.ts';
import type { CachedConversation, CachedRoom, MessageChange } from './state.ts';

/** More than can be told while one page is on its way. */
const LATE = 100;

export function addMessages(room: CachedRoom, more: readonly Message[]): CachedRoom {
  const { messages, late } = room;
  const newest = messages.at(-1)?.seq ?? -1;
  const added = [...new Map(more.map((message) => [message.seq, message])).values()]
    .filter(({ seq }) => seq > newest || messages.every((one) => one.seq !== seq))
    .map((message) => late.reduce(changed, message))
    .toSorted(bySeq);
  const all = [...messages, ...added];
  // To put the whole list in order takes a look at each of them.
  return { ...room, messages: (added[0]?.seq ?? newest) >= newest ? all : all.toSorted(bySeq) };
}

const bySeq = (one: Message, other: Message) => one.seq - other.seq;

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

/** The same, unless it is of that message and newer. */
function changed(message: Message, change: MessageChange): Message {
  if (idOf(change) !== message.id || message.deletedAt) return message;
  const after = patched(message, change);
  return version(after) < version(message) ? message : keep(message, after);
}

const version = ({ editedAt, deletedAt }: Message): number => +(deletedAt ?? editedAt ?? 0);

/** In the room, and in the list where it is the newest one. */
export function withMessageChange({ room, lastMessage }: CachedConversation, change: MessageChange): Change {
  return {
    lastMessage: lastMessage && changed(lastMessage, change),
    room:
      room && (replace(room, idOf(change), (message) => changed(message, change)) ?? keepLate(room, change)),
  };
}

const keepLate = (room: CachedRoom, change: MessageChange): CachedRoom => ({
  ...room,
  late: [...room.late, change].slice(-LATE),
});

/** Undefined where the message is not here. */
function replace(room: CachedRoom, id: Id, how: (message: Message) => Message): CachedRoom | undefined {
  const index = room.messages.findLastIndex((message) => message.id === id);
  const before = room.messages[index];
  if (before === undefined) return undefined;
  const after = how(before);
  return before === after ? room : { ...room, messages: room.messages.with(index, after) };
}

/** The newest message is for the list, and the newer version of it. */
export function withLast({ lastMessage: last }: CachedConversation, message: Message | null = null): Change {
  const isNews = message && (!last || (message.seq - last.seq || version(message) - version(last)) >= 0);
  return isNews ? { lastMessage: message } : {};
}

/** What an answer tells of a message: posted, edited or deleted. Who has reacted events tell better. */
export function withAnswer(conversation: CachedConversation, told: Message): Change {
  const { room, activityAt } = conversation;
  const known =
    room &&
    replace(room, told.id, (before) => {
      const reactions = told.deletedAt ? [] : before.reactions;
      return version(told) > version(before) ? { ...told, reactions } : before;
    });
  return {
    ...withLast(conversation, told),
    activityAt: later(activityAt, told.createdAt),
    // What is not here and not to come belongs to a page that is not here.
    room: known ?? (room && told.seq > room.cursor ? addMessages(room, [told]) : room),
  };
}
