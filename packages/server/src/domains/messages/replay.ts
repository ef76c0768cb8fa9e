import type { Message } from '@parley/contract';

import type { AnyEvent } from '../../core/event.ts';
import { replayKey, type LogEntry, type Replay } from '../../core/log.ts';
import { messageDeleted, messageEdited, reaction } from './events.ts';
import { messagesById } from './store.ts';

const EVENTS: Record<string, (message: Message, entry: LogEntry) => AnyEvent> = {
  'room:message': (message) => {
    const { editedAt: _edited, deletedAt: _deleted, reactions: _reactions, ...posted } = message;
    return { type: 'message', payload: posted };
  },
  'inbox:new-message': ({ id, content, user, createdAt, conversationId, seq }, { refs }) => ({
    type: 'new-message',
    payload: {
      conversationId,
      seq,
      message: { id, content, user, createdAt },
      unreadCount: Number(refs['unreadCount']),
    },
  }),
  'room:message-edited': edited,
  'inbox:message-edited': edited,
  'room:message-deleted': deleted,
  'inbox:message-deleted': deleted,
  'room:reaction': (message, { refs, at }) => ({
    type: 'reaction',
    payload: reaction(message, {
      userId: String(refs['userId']),
      emoji: String(refs['emoji']),
      on: refs['on'] === true,
      reactedAt: at,
    }),
  }),
};

/** Gives every event of a message: who and when as they were sent, the text as it is now. */
export const messageReplay: Replay = {
  types: Object.keys(EVENTS),
  async events(db, entries) {
    const idOf = (entry: LogEntry) => String(entry.refs['messageId']);
    const messages = await messagesById(db, [...new Set(entries.map(idOf))]);
    const events = new Map<LogEntry, AnyEvent>();
    for (const entry of entries) {
      const message = messages.get(idOf(entry));
      const event = EVENTS[replayKey(entry.topic, entry.type)];
      if (message !== undefined && event !== undefined) events.set(entry, event(message, entry));
    }
    return events;
  },
};

function edited(message: Message, { at }: LogEntry): AnyEvent {
  return { type: 'message-edited', payload: messageEdited(message, at) };
}

function deleted(message: Message, { refs, at }: LogEntry): AnyEvent {
  const deletion = { deletedBy: String(refs['deletedBy']), deletedAt: at };
  return { type: 'message-deleted', payload: messageDeleted(message, deletion) };
}
