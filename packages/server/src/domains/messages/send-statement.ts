/**
 * Writes a group of messages in one round trip, by a function in the database: `send_messages`, or `send_message` for
 * one by itself (see the migrations that make them, which say why they are functions). All are written, or none.
 */
import type { Author } from '@parley/contract';

import { rowsOf } from '../../core/rows.ts';
import { roomTopic } from '../../core/topics.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';

/** A message to be written, unless it is refused. */
export interface Draft {
  id: string;
  conversationId: string;
  userId: string;
  content: string;
  attachments: string[];
  replyToId: string | null;
  clientId: string | null;
}

export interface WrittenRow {
  outcome: 'new';
  seq: number;
  /** Milliseconds since 1970, by the database's clock. */
  at: number;
  author: Author;
  /** Of each other participant: who, the seq in their inbox, what is unread there after this message. */
  told: [userId: string, seq: number, unreadCount: number][] | null;
}

export type SendRow = WrittenRow | { outcome: 'busy' | 'sent' | 'not_a_participant' | 'message_not_found' };

/** One row for each draft, in their order. `wait`: for rooms that are locked; else their drafts are `busy`. */
export async function sendMessages(
  db: PrismaClient,
  drafts: readonly Draft[],
  wait: boolean,
): Promise<SendRow[]> {
  const items = drafts.map(itemOf);
  if (items.length === 1) {
    const sent = await rowsOf<{
      row: SendRow;
    }>(db)`SELECT send_message(${JSON.stringify(items[0])}::json, ${wait}) AS row`;
    return sent.map(({ row }) => row);
  }
  const topics = [...new Set(drafts.map(({ conversationId }) => roomTopic(conversationId)))];
  const sent = await rowsOf<{
    rows: SendRow[];
  }>(db)`SELECT send_messages(${JSON.stringify(items)}::json, ${topics}::text[], ${wait}) AS rows`;
  return sent.flatMap(({ rows }) => rows);
}

/** A draft as the functions take it. */
function itemOf({ id, conversationId, userId, content, attachments, replyToId, clientId }: Draft) {
  return {
    id,
    room: conversationId,
    author: userId,
    content,
    attachments,
    reply: replyToId,
    client: clientId,
  };
}
