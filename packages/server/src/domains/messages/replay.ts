import type { AnyEvent } from '../../core/event.ts';
import type { LogEntry, Replay } from '../../core/log.ts';
import { messagesById } from '../conversations/message-row.ts';

/** Gives `message` of a room and `new-message` of an inbox: who and when as they were sent, the text as it is now. */
export const messageReplay: Replay = {
  types: ['room:message', 'inbox:new-message'],
  async events(db, entries) {
    const idOf = (entry: LogEntry) => String(entry.refs['messageId']);
    const messages = await messagesById(db, entries.map(idOf));
    const events = new Map<LogEntry, AnyEvent>();
    for (const entry of entries) {
      const message = messages.get(idOf(entry));
      if (message === undefined) continue;
      const { editedAt: _edited, deletedAt: _deleted, reactions: _reactions, ...posted } = message;
      const { id, content, user, createdAt, conversationId, seq } = posted;
      events.set(
        entry,
        entry.type === 'message'
          ? { type: 'message', payload: posted }
          : {
              type: 'new-message',
              payload: {
                conversationId,
                seq,
                message: { id, content, user, createdAt },
                unreadCount: Number(entry.refs['unreadCount']),
              },
            },
      );
    }
    return events;
  },
};
