/** What a client shows and what a fetch gives, in one form. */
import type { ConversationView, InboxView } from '@parley/client';
import type { PersonCalls } from '@parley/client/testing';
import type { ConversationSummary, Id, Message, Offer, Participant } from '@parley/contract';

const ALL = 100;

const messageOf = (message: Omit<Message, 'seq'>) => {
  const { id, content, attachments, replyToId, reactions, editedAt, deletedAt } = message;
  // When it was edited is not shown of one that is deleted, and an edit that is heard of later changes nothing.
  const edited = deletedAt === null ? editedAt : null;
  return { id, content, attachments, replyToId, reactions, editedAt: edited, deletedAt };
};

const offerOf = ({
  id,
  status,
  version,
  completedBy,
  terms,
  parentOfferId,
}: Omit<Offer, 'status'> & { status: string }) => ({
  id,
  status,
  version,
  completedBy,
  terms,
  parentOfferId,
});

const participantOf = ({ user, role, readSeq, deliveredSeq }: Participant) => ({
  id: user.id,
  role,
  readSeq,
  deliveredSeq,
});

const rowOf = ({ id, title, unreadCount, lastMessage }: Omit<ConversationSummary, 'participants'>) => ({
  id,
  title,
  unreadCount,
  last: lastMessage && { id: lastMessage.id, content: lastMessage.content },
});

export function shownRoom({ conversation, participants, messages, offers, gap, typing }: ConversationView) {
  return {
    title: conversation?.title,
    participants: participants.map(participantOf),
    messages: messages.map(messageOf),
    offers: offers.map(offerOf),
    gap,
    typing,
  };
}

export async function fetchRoom(
  calls: PersonCalls,
  conversationId: Id,
): Promise<ReturnType<typeof shownRoom>> {
  const { title, participants } = await calls.conversations.get({ conversationId });
  const messages = await calls.messages.list({ conversationId, limit: ALL });
  const offers = await calls.offers.list({ conversationId, limit: ALL });
  return {
    title,
    participants: participants.map(participantOf),
    messages: messages.items.toReversed().map(messageOf),
    offers: offers.items.map(offerOf),
    gap: null,
    typing: [],
  };
}

export function shownInbox({ conversations, unread }: Pick<InboxView, 'conversations' | 'unread'>) {
  return { conversations: conversations.map(rowOf), unread };
}

export async function fetchInbox(calls: PersonCalls): Promise<ReturnType<typeof shownInbox>> {
  const { items } = await calls.conversations.list({ limit: ALL });
  return { conversations: items.map(rowOf), unread: await calls.inbox.unread() };
}
