import type { Done, MarkedRead, Unread } from '@parley/contract';
import type { MarkDelivered, MarkRead } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Person, World } from '../world.ts';

/** Moves one's read watermark forward, never back and never past the head; tells the room and one's other devices. */
export function markRead(
  world: World,
  caller: Person,
  { conversationId, upToSeq }: output<typeof MarkRead>,
): MarkedRead {
  const { talk, member } = world.standing(caller.id, conversationId);
  const { head } = talk.topic;
  const seq = Math.min(upToSeq ?? head, head);
  const now = world.stamp();
  if (seq <= member.readSeq)
    return { success: true, message: 'Nothing new to read', readAt: member.readAt ?? now };
  member.readSeq = seq;
  member.readAt = now;
  member.deliveredSeq = Math.max(member.deliveredSeq, seq);
  member.unreadCount = talk.messages.filter(
    (message) => message.seq > Math.max(seq, member.joinedSeq) && message.userId !== caller.id,
  ).length;
  const receipt = { userId: caller.id, conversationId, seq, readAt: now };
  talk.topic.tell({ type: 'read', payload: receipt });
  caller.inbox.tell({ type: 'read', payload: { ...receipt, unreadCount: member.unreadCount } });
  return { success: true, message: 'Marked as read', readAt: now };
}

/** Moves one's delivered watermark forward, never back and never past the head; tells the room. */
export function markDelivered(
  world: World,
  caller: Person,
  { conversationId, upToSeq }: output<typeof MarkDelivered>,
): Done {
  const { talk, member } = world.standing(caller.id, conversationId);
  const seq = Math.min(upToSeq, talk.topic.head);
  if (seq > member.deliveredSeq) {
    member.deliveredSeq = seq;
    const payload = { userId: caller.id, conversationId, seq, deliveredAt: world.stamp() };
    talk.topic.tell({ type: 'delivered', payload });
  }
  return { success: true };
}

/** How much one has not read, over all of one's conversations. */
export function unreadOf(world: World, { id }: Person): Unread {
  const counts = world.talksOf(id).map(({ members }) => members.get(id)?.unreadCount ?? 0);
  return {
    messages: counts.reduce((sum, count) => sum + count, 0),
    conversations: counts.filter((count) => count > 0).length,
  };
}
