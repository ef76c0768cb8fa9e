import type { AnyEvent } from '../../core/event.ts';
import type { LogEntry, Replay } from '../../core/log.ts';

/** Gives `conversation-added` of an inbox as it was sent. */
export const conversationReplay: Replay = {
  types: ['inbox:conversation-added'],
  async events(db, entries) {
    const ids = entries.map((entry) => String(entry.refs['conversationId']));
    const rows = await db.conversation.findMany({
      where: { id: { in: ids } },
      select: { id: true, kind: true, title: true, subject: true },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const events = new Map<LogEntry, AnyEvent>();
    for (const entry of entries) {
      const row = byId.get(String(entry.refs['conversationId']));
      if (row === undefined) continue;
      const { id: conversationId, kind, title, subject } = row;
      const addedBy = String(entry.refs['addedBy']);
      events.set(entry, {
        type: 'conversation-added',
        payload: { conversationId, addedBy, kind, title, subject, addedAt: entry.at },
      });
    }
    return events;
  },
};
