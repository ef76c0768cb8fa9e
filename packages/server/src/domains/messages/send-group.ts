/** Sends commit together: what a send writes and tells is here, how groups are made is in core/group.ts. */
import type { PostedMessage } from '@parley/contract';

import { BUSY, Group, GROUPS_AT_ONCE, type GroupParts } from '../../core/group.ts';
import { publishMany, type Committed, type PublishParts } from '../../core/publish.ts';
import { inboxTopic, roomTopic } from '../../core/topics.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { sendMessages, type Draft, type SendRow, type WrittenRow } from './send-statement.ts';

declare module '../../core/services.ts' {
  interface Services {
    sends: Sends;
  }
}

export type Sends = Group<Draft, SendOutcome>;

/** A message that is written, or why it is not; `sent`: it was, with the same `clientId`. */
export type SendOutcome = Sent | Exclude<SendRow['outcome'], 'new' | 'busy'>;

export interface Sent {
  message: PostedMessage;
  told: WrittenRow['told'];
}

export interface SendParts extends PublishParts, Pick<GroupParts<Draft, SendOutcome>, SharedPart> {
  db: PrismaClient;
}
type SharedPart = 'clock' | 'metrics' | 'random' | 'turns';

export function createSends({ db, ...parts }: SendParts): Sends {
  return new Group({
    ...parts,
    atOnce: GROUPS_AT_ONCE,
    sizeOf: ({ content, attachments }) => attachments.reduce((sum, one) => sum + one.length, content.length),
    onceOf: ({ userId, clientId }) => (clientId === null ? undefined : `${userId} ${clientId}`),
    locked: 'room',
    write: async (drafts, wait) => {
      const rows = await sendMessages(db, drafts, wait);
      return drafts.map((draft, index) => outcomeOf(draft, rows[index]));
    },
    isWrite: (outcome) => typeof outcome !== 'string',
    written: (outcomes) => publishMany(parts, outcomes.flatMap(committedBy)),
  });
}

function outcomeOf(draft: Draft, row: SendRow | undefined): SendOutcome | typeof BUSY {
  if (row === undefined) throw new Error('a send has no outcome');
  if (row.outcome === 'busy') return BUSY;
  if (row.outcome !== 'new') return row.outcome;
  const { seq, at, author: user, told } = row;
  const { id, conversationId, userId, content, attachments, replyToId, clientId } = draft;
  const ids = { id, seq, conversationId, userId, user };
  return { message: { ...ids, content, attachments, replyToId, clientId, createdAt: new Date(at) }, told };
}

/** The message in its room, and a pointer to it in the inbox of everyone else. */
function committedBy(outcome: SendOutcome): Committed[] {
  if (typeof outcome === 'string') return [];
  const { message: posted, told } = outcome;
  const { id, seq, conversationId, content, user, createdAt } = posted;
  const message = { id, content, user, createdAt };
  const pointers = (told ?? []).map(([userId, place, unreadCount]) => ({
    topic: inboxTopic(userId),
    seq: place,
    event: { type: 'new-message', payload: { conversationId, seq, message, unreadCount } },
  }));
  return [
    { topic: roomTopic(conversationId), seq, event: { type: 'message', payload: posted } },
    ...pointers,
  ];
}
