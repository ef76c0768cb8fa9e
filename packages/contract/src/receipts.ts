import { z } from 'zod';

import { Id, Seq } from './ids.ts';
import { named } from './schema.ts';

/** Someone has read everything up to `seq`. */
export interface ReadReceipt {
  userId: Id;
  conversationId: Id;
  seq: Seq;
  readAt: Date;
}

/** Someone has received everything up to `seq`. */
export interface DeliveredReceipt {
  userId: Id;
  conversationId: Id;
  seq: Seq;
  deliveredAt: Date;
}

/** One's own watermark, moved on another device. */
export interface OwnReadReceipt extends ReadReceipt {
  unreadCount: number;
}

export interface MarkedRead {
  success: true;
  message: string;
  readAt: Date;
}

const receipt = { userId: Id, conversationId: Id, seq: Seq, readAt: z.date() };
export const ReadReceipt = named<ReadReceipt>()(z.object(receipt));
export const OwnReadReceipt = named<OwnReadReceipt>()(z.object({ ...receipt, unreadCount: z.int().min(0) }));
export const DeliveredReceipt = named<DeliveredReceipt>()(
  z.object({ userId: Id, conversationId: Id, seq: Seq, deliveredAt: z.date() }),
);
export const MarkedRead = named<MarkedRead>()(
  z.object({ success: z.literal(true), message: z.string(), readAt: z.date() }),
);

export const MarkRead = z.object({
  conversationId: Id,
  /** Default: the head. */
  upToSeq: Seq.optional(),
});

export const MarkDelivered = z.object({ conversationId: Id, upToSeq: Seq });
