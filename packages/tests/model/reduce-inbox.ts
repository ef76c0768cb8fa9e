/** A list of conversations after an event of the inbox. Pure, and exhaustive over the catalogue. */
import type { InboxEvent, Message } from '@parley/contract';

import { asLast, type InboxRow, type InboxSnapshot, type LastMessage } from './snapshot.ts';

/** One's own message is told by the answer to its sending; the inbox tells the others. */
export type InboxInput = InboxEvent | { type: 'sent'; payload: Message };

export function reduceInbox(rows: InboxSnapshot, event: InboxInput): InboxSnapshot {
  switch (event.type) {
    case 'connected':
      return event.payload.resumed ? mapRows(rows, (row) => ({ ...row, unreadCount: 'unknown' })) : rows;
    case 'reset':
      throw new Error('nobody is away for so long here');
    case 'sent': {
      const { conversationId } = event.payload;
      return withRow(rows, conversationId, (row) => ({ lastMessage: newer(row, asLast(event.payload)) }));
    }
    case 'new-message': {
      const { conversationId, seq, message, unreadCount } = event.payload;
      const last = { ...message, seq, editedAt: null, deletedAt: null };
      return withRow(rows, conversationId, (row) => ({
        lastMessage: newer(row, last),
        unreadCount: row.unreadCount === 'unknown' ? 'unknown' : unreadCount,
      }));
    }
    case 'message-edited': {
      const { conversationId, id, content, editedAt } = event.payload;
      return withLast(rows, { conversationId, id }, { content, editedAt });
    }
    case 'message-deleted': {
      const { conversationId, id, deletedAt } = event.payload;
      return withLast(rows, { conversationId, id }, { content: '', deletedAt });
    }
    case 'conversation-added': {
      const { conversationId: id, kind, subject } = event.payload;
      return { ...rows, [id]: { id, kind, subject, unreadCount: 0, lastMessage: null } };
    }
    case 'conversation-removed': {
      const { [event.payload.conversationId]: _gone, ...rest } = rows;
      return rest;
    }
    case 'read': {
      const { conversationId, unreadCount } = event.payload;
      return withRow(rows, conversationId, () => ({ unreadCount }));
    }
    // A list shows nothing of offers, and presence and typing apart.
    case 'new-offer':
    case 'offer-accepted':
    case 'offer-update':
    case 'presence':
    case 'typing':
      return rows;
    default:
      return event satisfies never;
  }
}

function mapRows(rows: InboxSnapshot, change: (row: InboxRow) => InboxRow): InboxSnapshot {
  return Object.fromEntries(Object.values(rows).map((row) => [row.id, change(row)]));
}

function withRow(
  rows: InboxSnapshot,
  id: string,
  change: (row: InboxRow) => Partial<InboxRow>,
): InboxSnapshot {
  const row = rows[id];
  return row === undefined ? rows : { ...rows, [id]: { ...row, ...change(row) } };
}

function withLast(
  rows: InboxSnapshot,
  { conversationId, id }: { conversationId: string; id: string },
  change: Partial<LastMessage>,
): InboxSnapshot {
  return withRow(rows, conversationId, ({ lastMessage }) => ({
    lastMessage: lastMessage?.id === id ? { ...lastMessage, ...change } : lastMessage,
  }));
}

function newer({ lastMessage }: InboxRow, message: LastMessage): LastMessage {
  return lastMessage !== null && lastMessage.seq > message.seq ? lastMessage : message;
}
