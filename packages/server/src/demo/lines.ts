/** Says many lines at once, with the events and counts that sending them one by one would have made. */
import type { Services } from '../core/services.ts';
import { toPosted, WITH_AUTHOR } from '../domains/conversations/message-row.ts';
import type { People } from './people.ts';
import type { Line } from './talks/talk.ts';

/** Where and when. */
export interface Place {
  conversationId: string;
  /** How long ago something was, as a time. */
  at: (hoursAgo: number) => Date;
}

export interface Said {
  id: string;
  seq: number;
}

/** @param said what was said in the talk before, for replies */
export function sayLines(
  services: Services,
  people: People,
  { lines, said, ...place }: Place & { lines: readonly Line[]; said: readonly Said[] },
): Promise<Said[]> {
  const { conversationId, at } = place;
  return services.commit(conversationId, async (scope) => {
    const { tx, room } = scope;
    const first = room.nextSeq;
    const now = lines.map((_, index): Said => ({ id: services.newId(), seq: first + index }));
    const all = [...said, ...now];
    await tx.message.createMany({
      data: lines.map(([from, hoursAgo, content, { replyTo = -1 } = {}], index) => ({
        id: now[index]?.id ?? services.newId(),
        seq: first + index,
        conversationId,
        userId: people[from].id,
        content,
        replyToId: all[replyTo]?.id ?? null,
        createdAt: at(hoursAgo),
      })),
    });
    const rows = await tx.message.findMany({
      where: { id: { in: now.map(({ id }) => id) } },
      include: WITH_AUTHOR,
      orderBy: { seq: 'asc' },
    });
    const participants = await tx.participant.findMany({ where: { conversationId } });
    const unread = new Map(participants.map(({ userId, unreadCount }) => [userId, unreadCount]));
    for (const row of rows) {
      const posted = toPosted(row);
      const { id, content, user, createdAt } = posted;
      const seq = room.append('message', { messageId: id }, posted);
      for (const [userId, before] of unread) {
        if (userId === row.userId) continue;
        const unreadCount = before + 1;
        unread.set(userId, unreadCount);
        const refs = { conversationId, seq, messageId: id, unreadCount };
        const message = { id, content, user, createdAt };
        scope.notify(userId, 'new-message', refs, { conversationId, seq, message, unreadCount });
      }
    }
    for (const [userId, unreadCount] of unread) {
      const where = { conversationId_userId: { conversationId, userId } };
      await tx.participant.update({ where, data: { unreadCount } });
    }
    return now;
  });
}
