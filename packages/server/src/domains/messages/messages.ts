import type { Message, MessagePage, PostedMessage, SentMessage } from '@parley/contract';
import type { ListMessages, SendMessage } from '@parley/contract/schemas';
import type { output } from 'zod';

import type { Caller } from '../../core/caller.ts';
import type { Transaction } from '../../core/commit.ts';
import { decodeCursor, encodeCursor } from '../../core/cursor.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { requireParticipant } from '../conversations/membership.ts';
import { toMessage } from '../conversations/message-row.ts';
import { findSent, findSeq, listMessageRows } from './store.ts';

type Send = output<typeof SendMessage>;
type List = output<typeof ListMessages>;

/** Sends a message. The same caller with the same `clientId` gets the first one again, and nobody is told twice. */
export async function sendMessage(services: Services, caller: Caller, input: Send): Promise<SentMessage> {
  const { conversationId, content, attachments, replyToId, clientId } = input;
  const outcome = await services.sends.add(conversationId, {
    id: services.newId(),
    conversationId,
    userId: caller.id,
    content,
    attachments,
    replyToId: replyToId ?? null,
    clientId: clientId ?? null,
  });
  if (typeof outcome !== 'string') return { success: true, message: toUnchanged(outcome.message) };
  if (outcome !== 'sent') throw new Refusal(outcome);
  return { success: true, message: await again(services.db, caller, clientId ?? '') };
}

/** A page of a conversation's messages, newest first whatever the direction. */
export async function listMessages({ db }: Services, caller: Caller, input: List): Promise<MessagePage> {
  const { conversationId, limit, direction } = input;
  const { joinedSeq } = await requireParticipant(db, conversationId, caller.id);
  const start = await startOf(db, input, joinedSeq);
  const first = Number(joinedSeq) + 1;
  const rows = await listMessageRows(db, conversationId, {
    least: direction === 'newer' ? Math.max(start ?? first, first) : first,
    most: direction === 'older' ? start : undefined,
    direction,
    limit: limit + 1,
  });
  const shown = rows.slice(0, limit).map(toMessage);
  const last = shown.at(-1);
  return {
    items: direction === 'older' ? shown : shown.toReversed(),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last.seq) : null,
  };
}

/** The seq at which a page may start, itself included; undefined at the end of the conversation. */
async function startOf(
  db: Transaction,
  { conversationId, cursor, direction, fromId, fromSeq }: List,
  joinedSeq: bigint,
): Promise<number | undefined> {
  if (cursor !== undefined) return direction === 'older' ? seqOf(cursor) - 1 : seqOf(cursor) + 1;
  if (fromId === undefined) return fromSeq;
  return await requireMessage(db, fromId, { conversationId, above: joinedSeq });
}

/** The seq of a message that the caller may see. Any other is refused as if it did not exist. */
async function requireMessage(
  db: Transaction,
  id: string,
  where: { conversationId: string; above: bigint },
): Promise<number> {
  const seq = await findSeq(db, id, where);
  if (seq === undefined) throw new Refusal('message_not_found');
  return seq;
}

/** A message that was sent before, also to another conversation, for as long as its author is in it. */
async function again(db: Transaction, { id }: Caller, clientId: string): Promise<Message> {
  const sent = await findSent(db, id, clientId);
  if (sent === null) throw new Error('a message that was sent before is not there');
  await requireParticipant(db, sent.conversationId, id);
  return toMessage(sent);
}

const toUnchanged = (posted: PostedMessage): Message => ({
  ...posted,
  reactions: [],
  editedAt: null,
  deletedAt: null,
});

function seqOf(cursor: string): number {
  const seq = Number(decodeCursor(cursor, 1)[0]);
  if (!Number.isSafeInteger(seq) || seq < 0) throw new Refusal('invalid_cursor');
  return seq;
}
