import type { Done, Id, Message, MessagePage, PostedMessage, SentMessage } from '@parley/contract';
import {
  LIMITS,
  type DeleteMessage,
  type EditMessage,
  type ListMessages,
  type React,
  type SendMessage,
} from '@parley/contract/schemas';
import { messageDeleted, messageEdited, reaction, Refusal } from '@parley/server/rules';
import type { output } from 'zod';

import { decodeCursor, pageOf } from '../cursor.ts';
import type { Person, Standing, Talk, World } from '../world.ts';
import { authorOf } from './users.ts';

type Post = Omit<output<typeof SendMessage>, 'conversationId'>;

/** Sends a message. The same caller with the same `clientId` gets the first one again, and nobody is told twice. */
export function sendMessage(
  world: World,
  caller: Person,
  { conversationId, ...post }: output<typeof SendMessage>,
): SentMessage {
  const { talk, member } = world.standing(caller.id, conversationId);
  const sent = findSent(world, caller, post.clientId);
  if (sent !== undefined) {
    world.standing(caller.id, sent.conversationId);
    return { success: true, message: sent };
  }
  const { replyToId } = post;
  if (replyToId !== undefined && !visible(talk, member.joinedSeq).some(({ id }) => id === replyToId))
    throw new Refusal('message_not_found');
  return {
    success: true,
    message: postMessage(world, { talk, author: caller, createdAt: world.stamp() }, post),
  };
}

/** Writes a message, and tells the room and everyone else's inbox. */
export function postMessage(
  world: World,
  { talk, author, createdAt }: { talk: Talk; author: Person; createdAt: Date },
  { content, attachments, replyToId, clientId }: Post,
): Message {
  const message: Message = {
    id: world.newId('message'),
    seq: talk.topic.head + 1,
    conversationId: talk.id,
    userId: author.id,
    user: authorOf(author),
    content,
    attachments,
    replyToId: replyToId ?? null,
    clientId: clientId ?? null,
    createdAt,
    reactions: [],
    editedAt: null,
    deletedAt: null,
  };
  const { id, seq } = message;
  talk.messages.push(message);
  talk.activityAt = createdAt;
  const event = () => ({ type: 'message', payload: postedOf(messageNow(talk, id)) }) as const;
  talk.topic.append(event(), { replay: event });
  for (const member of talk.members.values()) {
    if (member.person === author) continue;
    member.unreadCount += 1;
    const { unreadCount } = member;
    const notice = () => {
      const { content: now, user } = messageNow(talk, id);
      const shown = { id, content: now, user, createdAt };
      return {
        type: 'new-message',
        payload: { conversationId: talk.id, seq, message: shown, unreadCount },
      } as const;
    };
    member.person.inbox.append(notice(), { replay: notice, roomSeq: seq });
  }
  return message;
}

/** A page of a conversation's messages, newest first whatever the direction. */
export function listMessages(world: World, caller: Person, input: output<typeof ListMessages>): MessagePage {
  const { talk, member } = world.standing(caller.id, input.conversationId);
  const isOlder = input.direction === 'older';
  const all = visible(talk, member.joinedSeq);
  const start = startOf(all, input);
  const found = all.filter(({ seq }) => start === undefined || (isOlder ? seq <= start : seq >= start));
  const page = pageOf(isOlder ? found.toReversed() : found, {
    limit: input.limit,
    show: (message) => message,
    placeOf: ({ seq }) => [seq],
  });
  return isOlder ? page : { ...page, items: page.items.toReversed() };
}

/** The seq at which a page may start, itself included; undefined at the end of the conversation. */
function startOf(
  all: readonly Message[],
  { cursor, direction, fromId, fromSeq }: output<typeof ListMessages>,
): number | undefined {
  if (cursor !== undefined) return Number(decodeCursor(cursor, 1)[0]) + (direction === 'older' ? -1 : 1);
  if (fromId === undefined) return fromSeq;
  const message = all.find(({ id }) => id === fromId);
  if (message === undefined) throw new Refusal('message_not_found');
  return message.seq;
}

/** Gives one's own message other content. */
export function editMessage(
  world: World,
  caller: Person,
  { messageId, content }: output<typeof EditMessage>,
): SentMessage {
  const { talk, message } = findVisible(world, caller, messageId);
  if (message.userId !== caller.id) throw new Refusal('not_message_author');
  if (message.deletedAt !== null) throw new Refusal('message_deleted');
  if (content === '' && message.attachments.length === 0)
    throw new Refusal('invalid_input', { message: 'A message needs content or an attachment' });
  if (content === message.content) return { success: true, message };
  const editedAt = world.stamp();
  const edited = replace(talk, { ...message, content, editedAt });
  tell(talk, edited, () => ({
    type: 'message-edited',
    payload: messageEdited(messageNow(talk, messageId), editedAt),
  }));
  return { success: true, message: edited };
}

/** Takes away what a message says: one's own, or in a group as one who looks after it. */
export function deleteMessage(
  world: World,
  caller: Person,
  { messageId }: output<typeof DeleteMessage>,
): SentMessage {
  const { talk, member, message } = findVisible(world, caller, messageId);
  if (message.userId !== caller.id && member.role === 'member') throw new Refusal('not_message_author');
  if (message.deletedAt !== null) return { success: true, message };
  const deletedAt = world.stamp();
  const deleted = replace(talk, { ...message, content: '', attachments: [], reactions: [], deletedAt });
  const payload = messageDeleted(deleted, { deletedBy: caller.id, deletedAt });
  tell(talk, deleted, () => ({ type: 'message-deleted', payload }));
  return { success: true, message: deleted };
}

/** Puts an emoji on a message, or takes one's own away. */
export function react(world: World, caller: Person, { messageId, emoji, on }: output<typeof React>): Done {
  const { talk, message } = findVisible(world, caller, messageId);
  if (message.deletedAt !== null) throw new Refusal('message_deleted');
  const { reactions } = message;
  const same = reactions.find((one) => one.emoji === emoji);
  if ((same?.userIds.includes(caller.id) ?? false) === on) return { success: true };
  const count = reactions.reduce((sum, { userIds }) => sum + userIds.length, 0);
  const isFull =
    count >= LIMITS.reactions || (same === undefined && reactions.length >= LIMITS.reactionEmojis);
  if (on && isFull) throw new Refusal('too_many_reactions');
  const withOwn = same === undefined ? [...reactions, { emoji, userIds: [] }] : reactions;
  const next = withOwn.map((one) => {
    if (one.emoji !== emoji) return one;
    const others = one.userIds.filter((id) => id !== caller.id);
    return { emoji, userIds: on ? [...others, caller.id] : others };
  });
  replace(talk, { ...message, reactions: next.filter(({ userIds }) => userIds.length > 0) });
  const payload = reaction(message, { userId: caller.id, emoji, on, reactedAt: world.stamp() });
  talk.topic.append({ type: 'reaction', payload });
  return { success: true };
}

function findSent(world: World, caller: Person, clientId: string | undefined): Message | undefined {
  if (clientId === undefined) return undefined;
  for (const { messages } of world.talks.values()) {
    const sent = messages.find((one) => one.userId === caller.id && one.clientId === clientId);
    if (sent !== undefined) return sent;
  }
  return undefined;
}

const visible = ({ messages }: Talk, joinedSeq: number): Message[] =>
  messages.filter(({ seq }) => seq > joinedSeq);

/** Any other message is refused as if it did not exist. */
function findVisible(world: World, caller: Person, messageId: Id): Standing & { message: Message } {
  for (const talk of world.talksOf(caller.id)) {
    const { member } = world.standing(caller.id, talk.id);
    const message = visible(talk, member.joinedSeq).find(({ id }) => id === messageId);
    if (message !== undefined) return { talk, member, message };
  }
  throw new Refusal('message_not_found');
}

function messageNow({ messages }: Talk, id: Id): Message {
  const message = messages.find((one) => one.id === id);
  if (message === undefined) throw new Error(`there is no message ${id}`);
  return message;
}

function postedOf(message: Message): PostedMessage {
  const { editedAt: _edited, deletedAt: _deleted, reactions: _reactions, ...posted } = message;
  return posted;
}

function replace({ messages }: Talk, message: Message): Message {
  messages[messages.findIndex(({ id }) => id === message.id)] = message;
  return message;
}

type Change =
  | { type: 'message-edited'; payload: ReturnType<typeof messageEdited> }
  | { type: 'message-deleted'; payload: ReturnType<typeof messageDeleted> };

/** In the room, and in the inbox of everyone who may see the message. */
function tell(talk: Talk, { seq }: Message, event: () => Change): void {
  talk.topic.append(event(), { replay: event });
  for (const { joinedSeq, person } of talk.members.values()) {
    if (joinedSeq < seq) person.inbox.append(event(), { replay: event, roomSeq: seq });
  }
}
