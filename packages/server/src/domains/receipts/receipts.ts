import type { MarkedRead } from '@parley/contract';
import type { MarkDelivered, MarkRead } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import { Newest } from '../../core/newest.ts';
import type { Services } from '../../core/services.ts';
import { requireParticipant } from '../conversations/membership.ts';
import { moveDeliveredWatermark, moveReadWatermark } from './store.ts';

declare module '../../core/services.ts' {
  interface Services {
    reads: Newest<MarkedRead>;
    deliveries: Newest<{ success: true }>;
  }
}

/** Of the marks that a person sets at once in a room the newest is set. */
export const createReceipts = (): Pick<Services, 'reads' | 'deliveries'> => ({
  reads: new Newest(),
  deliveries: new Newest(),
});

type Mark = { conversationId: string; upToSeq: number };

/** Moves one's read watermark forward, never back and never past the head; tells the room and one's other devices. */
export function markRead(
  services: Services,
  caller: Caller,
  { conversationId, upToSeq = Infinity }: output<typeof MarkRead>,
): Promise<MarkedRead> {
  return services.reads.run(keyOf(conversationId, caller), upToSeq, (newest) =>
    read(services, caller, { conversationId, upToSeq: newest }),
  );
}

async function read(
  services: Services,
  caller: Caller,
  { conversationId, upToSeq }: Mark,
): Promise<MarkedRead> {
  await requireParticipant(services.db, conversationId, caller.id);
  const moved = await services.commit(conversationId, async ({ tx, room }) => {
    const before = await requireParticipant(tx, conversationId, caller.id);
    const seq = Math.min(upToSeq, room.head);
    const after = room.head;
    if (seq <= Number(before.readSeq))
      return { readAt: before.readAt ?? room.now, after, receipt: undefined };
    const { unreadCount } = await moveReadWatermark(tx, before, { seq, readAt: room.now });
    const receipt = { userId: caller.id, conversationId, seq, readAt: room.now };
    return { readAt: room.now, after, receipt: { ...receipt, unreadCount } };
  });
  if (moved.receipt === undefined)
    return { success: true, message: 'Nothing new to read', readAt: moved.readAt };
  const { unreadCount: _own, ...receipt } = moved.receipt;
  services.announce.toRoom(conversationId, 'read', receipt, { after: moved.after });
  services.announce.toInbox(caller.id, 'read', moved.receipt);
  return { success: true, message: 'Marked as read', readAt: moved.readAt };
}

/** Moves one's delivered watermark forward, never back and never past the head; tells the room. */
export function markDelivered(
  services: Services,
  caller: Caller,
  { conversationId, upToSeq }: output<typeof MarkDelivered>,
): Promise<{ success: true }> {
  return services.deliveries.run(keyOf(conversationId, caller), upToSeq, (newest) =>
    deliver(services, caller, { conversationId, upToSeq: newest }),
  );
}

async function deliver(
  services: Services,
  caller: Caller,
  { conversationId, upToSeq }: Mark,
): Promise<{ success: true }> {
  const moved = await moveDeliveredWatermark(services.db, { conversationId, userId: caller.id, upToSeq });
  if (moved === undefined) await requireParticipant(services.db, conversationId, caller.id);
  else {
    const { deliveredSeq, deliveredAt, head } = moved;
    const receipt = { userId: caller.id, conversationId, seq: Number(deliveredSeq), deliveredAt };
    services.announce.toRoom(conversationId, 'delivered', receipt, { after: Number(head) });
  }
  return { success: true };
}

// An id has no space in it.
const keyOf = (conversationId: string, { id }: Caller) => `${conversationId} ${id}`;
