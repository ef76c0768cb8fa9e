/**
 * What a client shows, as it is fetched. It holds what the events of the catalogue tell of; what they cannot tell is left
 * out here, by name.
 */
import type { Conversation, ConversationSummary, Message, Offer, Participant } from '@parley/contract';

import type { Client } from '../harness/people.ts';

/** Whether someone is online is told by presence, which is not of the conversation. */
export interface RoomMember extends Omit<Participant, 'online' | 'readAt'> {
  /** Unknown where the `read` that told it was missed: `joined` has the watermark alone. */
  readAt: Date | null | 'unknown';
}

/** Everything that a room shows. */
export interface RoomSnapshot extends Omit<Conversation, 'participants'> {
  /** By id: their order in a fetch is no part of the contract. */
  members: RoomMember[];
  /** Newest first. */
  messages: Message[];
  /** Newest first. */
  offers: Offer[];
}

/** A row shows the text of the newest message, and no more of it; `new-message` does not tell the rest. */
export type LastMessage = Pick<
  Message,
  'id' | 'seq' | 'content' | 'user' | 'createdAt' | 'editedAt' | 'deletedAt'
>;

/**
 * A conversation in a list. Left out: what an inbox is not told of a conversation whose room is not open: its title and
 * its people after it was added, its head, and its last activity, since offers and one's own messages reach other
 * people's inboxes only.
 */
export interface InboxRow extends Pick<ConversationSummary, 'id' | 'kind' | 'subject'> {
  /** Unknown after one was away: `read` is told once, and what is replayed says what was unread then. */
  unreadCount: number | 'unknown';
  lastMessage: LastMessage | null;
}

/** By the conversation's id. */
export type InboxSnapshot = Record<string, InboxRow>;

const ALL = 100;

export async function fetchRoom(client: Client, conversationId: string): Promise<RoomSnapshot> {
  const [{ participants, ...conversation }, messages, offers] = await Promise.all([
    client.conversations.get.query({ conversationId }),
    client.messages.list.query({ conversationId, limit: ALL }),
    client.offers.list.query({ conversationId, limit: ALL }),
  ]);
  requireWhole(messages, offers);
  const members = participants.map(({ online: _online, ...member }) => member);
  return { ...conversation, members: sorted(members), messages: messages.items, offers: offers.items };
}

export async function fetchInbox(client: Client): Promise<InboxSnapshot> {
  const talks = await client.conversations.list.query({ limit: ALL });
  requireWhole(talks);
  return Object.fromEntries(
    talks.items.map(({ id, kind, subject, unreadCount, lastMessage }) => [
      id,
      { id, kind, subject, unreadCount, lastMessage: lastMessage && asLast(lastMessage) },
    ]),
  );
}

export function asLast({ id, seq, content, user, createdAt, editedAt, deletedAt }: Message): LastMessage {
  return { id, seq, content, user, createdAt, editedAt, deletedAt };
}

export function sorted(members: readonly RoomMember[]): RoomMember[] {
  return members.toSorted((one, other) => (one.user.id < other.user.id ? -1 : 1));
}

function requireWhole(...pages: { nextCursor: string | null }[]): void {
  if (pages.some(({ nextCursor }) => nextCursor !== null)) throw new Error('there is more than one page');
}
