import type { MarkedRead } from '@parley/contract';
import type { MarkDelivered, MarkRead } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import { Newest } from '../../core/newest.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { requireParticipant } from '../conversations/membership.ts';
import {
  createDeliveredGroup,
  createReadGroup,
  keyOf,
  type DeliveredGroup,
  type MarkParts,
  type ReadGroup,
} from './mark-groups.ts';
import type { Mark } from './store.ts';

declare module '../../core/services.ts' {
  interface Services {
    receipts: Receipts;
  }
}

/** Of the marks that a person sets at once in a room the newest is set, and with those of others at that time. */
export interface Receipts {
  readonly reads: Newest<MarkedRead>;
  readonly readGroup: ReadGroup;
  readonly deliveries: Newest<{ success: true }>;
  readonly deliveredGroup: DeliveredGroup;
}

export const createReceipts = (parts: MarkParts): Receipts => ({
  reads: new Newest(),
  readGroup: createReadGroup(parts),
  deliveries: new Newest(),
  deliveredGroup: createDeliveredGroup(parts),
});

/** Moves one's read watermark forward, never back and never past the head; tells the room and one's other devices. */
export function markRead(
  services: Services,
  caller: Caller,
  { conversationId, upToSeq = Infinity }: output<typeof MarkRead>,
): Promise<MarkedRead> {
  const mark = { conversationId, userId: caller.id, upToSeq };
  return services.receipts.reads.run(keyOf(mark), upToSeq, (newest) =>
    read(services, { ...mark, upToSeq: newest }),
  );
}

async function read({ receipts, announce }: Services, mark: Mark): Promise<MarkedRead> {
  const { conversationId, userId } = mark;
  const row = await receipts.readGroup.add(conversationId, mark);
  if (row.outcome === 'not_a_participant') throw new Refusal(row.outcome);
  const readAt = new Date(row.at);
  if (row.outcome === 'same') return { success: true, message: 'Nothing new to read', readAt };
  const receipt = { userId, conversationId, seq: row.seq, readAt };
  announce.toRoom(conversationId, 'read', receipt, { after: row.head });
  announce.toInbox(userId, 'read', { ...receipt, unreadCount: row.unread });
  return { success: true, message: 'Marked as read', readAt };
}

/** Moves one's delivered watermark forward, never back and never past the head; tells the room. */
export function markDelivered(
  services: Services,
  caller: Caller,
  { conversationId, upToSeq }: output<typeof MarkDelivered>,
): Promise<{ success: true }> {
  const mark = { conversationId, userId: caller.id, upToSeq };
  return services.receipts.deliveries.run(keyOf(mark), upToSeq, (newest) =>
    deliver(services, { ...mark, upToSeq: newest }),
  );
}

async function deliver({ db, receipts, announce }: Services, mark: Mark): Promise<{ success: true }> {
  const { conversationId, userId } = mark;
  const move = await receipts.deliveredGroup.add(conversationId, mark);
  if (move === 'not_moved') await requireParticipant(db, conversationId, userId);
  else {
    const { deliveredSeq, deliveredAt, head } = move;
    const receipt = { userId, conversationId, seq: Number(deliveredSeq), deliveredAt };
    announce.toRoom(conversationId, 'delivered', receipt, { after: Number(head) });
  }
  return { success: true };
}
