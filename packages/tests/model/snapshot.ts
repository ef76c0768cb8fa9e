/**
 * What a client shows, as it is fetched and as the cache has it. It holds what the events of the catalogue tell of; what
 * they cannot tell is left out here, by name.
 */
import type {
  Conversation,
  ConversationPage,
  ConversationSummary,
  Message,
  MessagePage,
  Offer,
  OfferPage,
  Participant,
} from '@parley/contract';

import type { CacheState } from '../../client/src/core/cache/state.ts';
import type { Client } from '../harness/people.ts';

/** Whether someone is online is told by presence, which is not of the conversation. */
type Member = Omit<Participant, 'online'>;

/** Everything that a room shows. */
interface RoomSnapshot extends Omit<Conversation, 'participants'> {
  /** By id: their order in a fetch is no part of the contract. */
  members: Member[];
  /** Newest first. */
  messages: Message[];
  /** Newest first. */
  offers: Offer[];
}

export interface RoomPages {
  conversation: Conversation;
  messages: MessagePage;
  offers: OfferPage;
}

/** A row shows the text of the newest message, and no more of it; `new-message` does not tell the rest. */
type LastMessage = Pick<Message, 'id' | 'seq' | 'content' | 'user' | 'createdAt' | 'editedAt' | 'deletedAt'>;

/**
 * A conversation in a list. Left out: what an inbox is not told of a conversation whose room is not open: its title, its
 * people and its head.
 */
interface Row extends Pick<ConversationSummary, 'id' | 'kind' | 'subject' | 'unreadCount'> {
  lastMessage: LastMessage | null;
}

interface ListSnapshot {
  /** Newest activity first. */
  rows: Row[];
  unread: { messages: number; conversations: number };
}

const ALL = 100;

export async function fetchRoom(client: Client, conversationId: string): Promise<RoomPages> {
  const [conversation, messages, offers] = await Promise.all([
    client.conversations.get.query({ conversationId }),
    client.messages.list.query({ conversationId, limit: ALL }),
    client.offers.list.query({ conversationId, limit: ALL }),
  ]);
  requireWhole(messages, offers);
  return { conversation, messages, offers };
}

export function fetchedRoom({ conversation, messages, offers }: RoomPages): RoomSnapshot {
  const { participants, ...facts } = conversation;
  const members = participants.map(({ online: _online, ...member }) => member);
  return { ...facts, members: sorted(members), messages: messages.items, offers: offers.items };
}

/** Undefined where the cache has no such room. */
export function shownRoom({ conversations, users }: CacheState, id: string): RoomSnapshot | undefined {
  const cached = conversations.get(id);
  if (!cached?.room) return undefined;
  const { kind, title, subject, headSeq, createdAt, activityAt, participants, room } = cached;
  const members = [...participants].flatMap(([userId, member]) => {
    const user = users.get(userId);
    return user ? { user, ...member } : [];
  });
  return {
    ...{ id, kind, title, subject, headSeq, createdAt, activityAt },
    members: sorted(members),
    messages: room.messages.toReversed(),
    offers: [...room.offers],
  };
}

export async function fetchList(client: Client): Promise<ConversationPage> {
  const page = await client.conversations.list.query({ limit: ALL });
  requireWhole(page);
  return page;
}

/** A list with these conversations. */
export function listed(items: readonly Pick<ConversationSummary, keyof Row>[]): ListSnapshot {
  return {
    rows: items.map(({ id, kind, subject, unreadCount, lastMessage }) => ({
      id,
      kind,
      subject,
      unreadCount,
      lastMessage: lastMessage && asLast(lastMessage),
    })),
    unread: {
      messages: items.reduce((sum, { unreadCount }) => sum + unreadCount, 0),
      conversations: items.filter(({ unreadCount }) => unreadCount > 0).length,
    },
  };
}

export function shownList({ list, conversations, unread }: CacheState): ListSnapshot {
  const { rows } = listed((list ?? []).flatMap((id) => conversations.get(id) ?? []));
  return { rows, unread: { messages: 0, conversations: 0, ...unread } };
}

function asLast({ id, seq, content, user, createdAt, editedAt, deletedAt }: Message): LastMessage {
  return { id, seq, content, user, createdAt, editedAt, deletedAt };
}

function sorted(members: readonly Member[]): Member[] {
  return members.toSorted((one, other) => (one.user.id < other.user.id ? -1 : 1));
}

function requireWhole(...pages: { nextCursor: string | null }[]): void {
  if (pages.some(({ nextCursor }) => nextCursor !== null)) throw new Error('there is more than one page');
}
