/** What people see of the things that the server gives, as lines of text. Pure. */
import type {
  Conversation,
  ConversationEvent,
  ConversationSummary,
  Message,
  Presence,
  UserSummary,
} from '@parley/client';

import { formatMoment } from './moments.ts';
import { excerpt, plain, plainLines } from './plain.ts';
import { refOf } from './references.ts';
import type { View } from './view.ts';
import { nameOf } from './view.ts';

/** The most of a text that stands among other things. */
export const EXCERPT_LENGTH = 60;
/** Before every line of a thing but its first. */
export const INDENT = '    ';
/** In place of the text of a message that has none. */
const ATTACHMENT = '(attachment)';

/** A message in a few words. */
export const gist = (content: string): string => excerpt(content, EXCERPT_LENGTH) || ATTACHMENT;

type ShownMessage = Extract<ConversationEvent, { type: 'message' }>['payload'] & {
  deletedAt?: Date | null;
  editedAt?: Date | null;
  reactions?: Message['reactions'];
};

/** By what a talk is known: its title, what it is about, or who is in it. */
export function talkTitle({ title, subject, participants }: Conversation, me: string): string {
  const others = participants.filter(({ user }) => user.id !== me).map(({ user }) => user.username);
  return plain(title ?? subject ?? (others.join(', ') || 'nobody else'));
}

/** Two lines: what it is and who is in it; what was said last. */
export function renderTalk(view: View, talk: ConversationSummary, label: string): string {
  const { style, now, timeZone, me } = view;
  const others = talk.participants.filter(({ user }) => user.id !== me);
  const people = others.map(
    ({ user, online }) => `${online ? style.green('●') : style.dim('○')} ${plain(user.username)}`,
  );
  const unread = talk.unreadCount === 0 ? '' : `  ${style.yellow(`${talk.unreadCount} unread`)}`;
  const when = style.dim(formatMoment(talk.activityAt, now, timeZone));
  const head = `${style.bold(label)}  ${style.bold(talkTitle(talk, me))}  ${people.join('  ')}${unread}  ${when}`;
  const last = talk.lastMessage;
  if (last === null) return head;
  const text = last.deletedAt === null ? gist(last.content) : '(deleted)';
  return `${head}\n${INDENT}${style.dim(`${last.userId === me ? 'you' : plain(last.user.username)}: ${text}`)}`;
}

export function renderPerson({ style }: View, { id, username, displayName }: UserSummary): string {
  const name = displayName === null ? '' : `  ${plain(displayName)}`;
  return `${style.cyan(plain(username))}${name}  ${style.dim(id)}`;
}

export function renderPresence(view: View, { userId, online, lastSeenAt }: Presence): string {
  const { style, now, timeZone } = view;
  if (online) return `${style.green('●')} ${nameOf(view, userId)} is online`;
  const seen = lastSeenAt === null ? '' : `, last seen ${formatMoment(lastSeenAt, now, timeZone)}`;
  return `${style.dim('○')} ${nameOf(view, userId)} is offline${seen}`;
}

/** `#12 10:31 ben: hello`; further lines are indented. */
export function renderMessage(view: View, message: ShownMessage): string {
  const { style, now, timeZone } = view;
  const head = style.dim(`#${message.seq} ${formatMoment(message.createdAt, now, timeZone)}`);
  const isDeleted = message.deletedAt !== undefined && message.deletedAt !== null;
  const [first = '', ...rest] = isDeleted ? [style.dim('(deleted)')] : plainLines(message.content);
  const reply = message.replyToId === null ? '' : `${style.dim(`↳ ${mention(view, message.replyToId)}:`)} `;
  const isEdited = !isDeleted && message.editedAt !== undefined && message.editedAt !== null;
  const edited = isEdited ? style.dim(' (edited)') : '';
  const reactions = (message.reactions ?? []).map(
    ({ emoji, userIds }) => `${plain(emoji)} ${userIds.length}`,
  );
  return [
    `${head} ${nameOf(view, message.userId, message.user.username)}: ${reply}${first}${edited}`,
    ...rest.map((line) => INDENT + line),
    ...(isDeleted ? [] : message.attachments.map((link) => `${INDENT}+ ${plain(link)}`)),
    ...(reactions.length === 0 ? [] : [INDENT + reactions.join('  ')]),
  ].join('\n');
}

/** How a message is referred to by what is about it, such as an answer; `me` is the id of whoever looks. */
export function quoteOf(
  { user, content, deletedAt }: Pick<ShownMessage, 'user' | 'content' | 'deletedAt'>,
  me: string,
): string {
  const isMine = user.id === me;
  const whose = isMine ? 'your' : plain(user.username);
  if (deletedAt === undefined || deletedAt === null)
    return `${whose} ${content === '' ? ATTACHMENT : `“${excerpt(content, EXCERPT_LENGTH / 2)}”`}`;
  return `${whose} ${isMine ? 'deleted message' : '(deleted)'}`;
}

/** The message that something is about, in a few words. */
export function mention({ quote }: View, messageId: string): string {
  return quote?.(messageId) ?? `message ${refOf(messageId)}`;
}
