/** What people see of what happens, as lines of text. Pure. */
import type { ConversationEvent, InboxEvent, Reaction, Role } from '@parley/client';

import { excerpt, plain, plainLines } from './plain.ts';
import { renderNewOffer, renderOfferUpdate } from './render-offers.ts';
import { EXCERPT_LENGTH, gist, INDENT, mention, renderMessage, renderPresence } from './render.ts';
import { nameOf, type View } from './view.ts';

function renderReaction(view: View, { userId, emoji, on, messageId }: Reaction): string {
  const does = on ? `put ${plain(emoji)} on` : `took ${plain(emoji)} off`;
  return view.style.dim(`${nameOf(view, userId)} ${does} ${mention(view, messageId)}`);
}

type GroupChange = Extract<
  ConversationEvent,
  { type: 'member-added' | 'member-removed' | 'role-changed' | 'renamed' }
>;

/** `an admin` */
export function withArticle(role: Role): string {
  return role === 'member' ? 'a member' : `an ${role}`;
}

/** What has become of a group. */
function renderChange(view: View, { type, payload }: GroupChange): string {
  switch (type) {
    case 'member-added':
      return `+ ${nameOf(view, payload.addedBy)} added ${nameOf(view, payload.userId, payload.user.username)}`;
    case 'member-removed': {
      const { userId, removedBy } = payload;
      if (userId === removedBy) return `− ${nameOf(view, userId)} left the group`;
      return `− ${nameOf(view, removedBy)} removed ${nameOf(view, userId)}`;
    }
    case 'role-changed': {
      const { userId, role, changedBy } = payload;
      // Only an owner changes roles, so of one's own there is none higher.
      if (userId === changedBy) return `${nameOf(view, userId)} stepped down to ${role}`;
      return `${nameOf(view, changedBy)} made ${nameOf(view, userId)} ${withArticle(role)}`;
    }
    default:
      return `${nameOf(view, payload.renamedBy)} named the group “${plain(payload.title ?? '')}”`;
  }
}

/** What people see of an event of a room; nothing where it is empty. */
export function renderRoomEvent(view: View, event: ConversationEvent): string {
  const { style } = view;
  switch (event.type) {
    case 'joined': {
      const { participants, headSeq, resumed } = event.payload;
      const people = participants.map(({ user, online }) => {
        const dot = online || user.id === view.me ? style.green('●') : style.dim('○');
        return `${dot} ${nameOf(view, user.id, user.username)}`;
      });
      return `${style.dim(resumed ? 'in the room again' : 'in the room')} ${people.join('  ')} ${style.dim(`at #${headSeq}`)}`;
    }
    case 'reset':
      return style.yellow('too much has happened to show it all; this goes on from now');
    case 'message':
      return renderMessage(view, event.payload);
    case 'message-edited': {
      const { seq, userId, content } = event.payload;
      return `${style.dim('✎')} ${nameOf(view, userId)} edited #${seq}: ${plainLines(content).join(`\n${INDENT}`)}`;
    }
    case 'message-deleted':
      return style.dim(`✕ ${nameOf(view, event.payload.deletedBy)} deleted #${event.payload.seq}`);
    case 'reaction':
      return renderReaction(view, event.payload);
    case 'member-added':
    case 'member-removed':
    case 'role-changed':
    case 'renamed':
      return style.dim(renderChange(view, event));
    case 'offer-created':
      return renderNewOffer(view, event.payload.offer);
    case 'offer-update':
      return renderOfferUpdate(view, event.payload.offer);
    case 'typing': {
      const { userId, username, isTyping } = event.payload;
      return style.dim(`${nameOf(view, userId, username)} ${isTyping ? 'is typing …' : 'stopped typing'}`);
    }
    case 'read':
      return style.dim(`✓ ${nameOf(view, event.payload.userId)} read up to #${event.payload.seq}`);
    case 'delivered':
      return style.dim(`✓ ${nameOf(view, event.payload.userId)} received up to #${event.payload.seq}`);
    case 'user-joined':
      return style.dim(`→ ${nameOf(view, event.payload.userId, event.payload.username)} opened the talk`);
    case 'user-left':
      return style.dim(`← ${nameOf(view, event.payload.userId, event.payload.username)} left the talk`);
    case 'presence':
      return renderPresence(view, event.payload);
    default:
      return '';
  }
}

/** What people see of an event of the inbox; nothing where it is empty. */
export function renderInboxEvent(view: View, event: InboxEvent): string {
  const { style, talkName } = view;
  switch (event.type) {
    case 'connected':
      return style.dim(plain(event.payload.message));
    case 'reset':
      return style.yellow('too much has happened to show it all; this goes on from now');
    case 'new-message': {
      const { conversationId, message, unreadCount } = event.payload;
      const text = gist(message.content);
      const unread = style.yellow(`${unreadCount} unread`);
      return `✉ ${talkName(conversationId)} ${nameOf(view, message.user.id, message.user.username)}: ${text}  ${unread}`;
    }
    case 'message-edited': {
      const { conversationId, seq, userId, content } = event.payload;
      const text = excerpt(content, EXCERPT_LENGTH);
      return `${style.dim('✎')} ${talkName(conversationId)} ${nameOf(view, userId)} edited #${seq}: ${text}`;
    }
    case 'message-deleted': {
      const { conversationId, seq, deletedBy } = event.payload;
      return style.dim(`✕ ${talkName(conversationId)} ${nameOf(view, deletedBy)} deleted #${seq}`);
    }
    case 'new-offer':
      return `${talkName(event.payload.conversationId)} ${renderNewOffer(view, event.payload.offer)}`;
    // The same as the `offer-update` that comes with it, without a word of its own.
    case 'offer-accepted':
      return `${talkName(event.payload.conversationId)} ${style.green('your offer was accepted')}: ${plain(event.payload.offer.title)}`;
    case 'offer-update':
      return `${talkName(event.payload.conversationId)} ${renderOfferUpdate(view, event.payload.offer)}`;
    case 'conversation-added': {
      const { conversationId, kind, title, subject, addedBy } = event.payload;
      const about = title ?? subject;
      const name = about === null ? undefined : `“${plain(about)}”`;
      const did =
        kind === 'group' ? `added you to ${name ?? 'a group'}` : ['began a talk', name].join(' ').trimEnd();
      return `${talkName(conversationId)} ${nameOf(view, addedBy)} ${did}`;
    }
    case 'conversation-removed': {
      const { conversationId, removedBy } = event.payload;
      const what = removedBy === view.me ? 'you left' : `${nameOf(view, removedBy)} removed you`;
      return `${talkName(conversationId)} ${what}`;
    }
    case 'read':
      return style.dim(
        `✓ ${talkName(event.payload.conversationId)} read on another device, ${event.payload.unreadCount} unread`,
      );
    case 'presence':
      return renderPresence(view, event.payload);
    default:
      return '';
  }
}
