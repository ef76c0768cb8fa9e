import type { ConversationEvent } from '@parley/client';

/** What is read out when it comes into an open room; null for what is not worth an interruption. */
export function eventText(event: ConversationEvent, myId: string): string | null {
  switch (event.type) {
    case 'message': {
      const { user, userId, content } = event.payload;
      return userId === myId ? null : `${user.username}: ${content === '' ? 'Attachment' : content}`;
    }
    case 'offer-created': {
      const { offer } = event.payload;
      return offer.authorId === myId ? null : `New offer: ${offer.title}`;
    }
    case 'offer-update':
      return `Offer ${event.payload.status}: ${event.payload.offer.title}`;
    case 'message-edited':
    case 'message-deleted':
    case 'reaction':
    case 'member-added':
    case 'member-removed':
    case 'role-changed':
    case 'renamed':
    case 'delivered':
    case 'joined':
    case 'reset':
    case 'typing':
    case 'read':
    case 'user-joined':
    case 'user-left':
    case 'presence':
      return null;
    default:
      return event satisfies never;
  }
}
