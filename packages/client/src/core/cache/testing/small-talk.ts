/**
 * A group as the server keeps it: what it answers at any time, and every event that it has told. Small enough to be
 * sure of, so that a cache can be held against it.
 */
import type {
  Conversation,
  ConversationEvent,
  ConversationSummary,
  Id,
  InboxEvent,
  Joined,
  Message,
  MessagePage,
  Offer,
  OfferPage,
  OfferStatus,
  Participant,
  Role,
  Seq,
} from '@parley/contract';

import type { CacheAction } from '../action.ts';

export const ME = 'me';
/** The first two are always there. */
export const PEOPLE = [ME, 'ana', 'ben', 'cem'] as const;

export type Step =
  | { do: 'send' | 'edit' | 'delete' | 'read' | 'deliver'; who: number; pick: number }
  | { do: 'react' | 'unreact'; who: number; pick: number; emoji: string }
  | { do: 'offer' | 'move' | 'add' | 'remove' | 'role' | 'rename'; who: number; pick: number };

export interface Told<Event> {
  /** When: how many steps had been taken. */
  readonly at: number;
  readonly seq: Seq;
  readonly event: Event;
}

const user = (id: Id) => ({ id, username: id, avatar: null, displayName: null });
const STATUSES: OfferStatus[] = ['accepted', 'declined', 'withdrawn', 'cancelled'];
const ROLES: Role[] = ['owner', 'admin', 'member'];

export class SmallTalk {
  readonly id: Id;
  readonly room: Told<ConversationEvent>[] = [];
  readonly inbox: Told<InboxEvent>[] = [];
  /** What one's own calls gave. */
  readonly answers: Told<Message>[] = [];
  #steps = 0;
  #seq = 0;
  #title: string | null = null;
  #activityAt: Date;
  #unread = 0;
  #members = new Map<Id, Participant>();
  #messages: Message[] = [];
  #offers: Offer[] = [];

  constructor(id: Id) {
    this.id = id;
    this.#activityAt = this.#now();
    for (const one of [ME, 'ana']) this.#members.set(one, newcomer(one, 'member'));
  }

  /** @param time when; each is later than the one before */
  take(step: Step, time = this.#steps + 1): void {
    this.#steps = time;
    const userId = [...this.#members.keys()][step.who % this.#members.size] ?? ME;
    const message = this.#messages[step.pick % (this.#messages.length || 1)];
    const other = PEOPLE[2 + (step.pick % 2)] ?? 'ben';
    switch (step.do) {
      case 'send':
        return this.#send(userId);
      case 'edit':
        return message && this.#edit(message, `edit ${this.#seq}`);
      case 'delete':
        return message && this.#delete(message);
      case 'react':
      case 'unreact':
        return message && this.#react(message, { userId, emoji: step.emoji, on: step.do === 'react' });
      case 'read':
        return this.#read(userId, step.pick % (this.#seq + 1));
      case 'deliver':
        return this.#deliver(userId, step.pick % (this.#seq + 1));
      case 'offer':
        return this.#offer();
      case 'move':
        return this.#move(step.pick);
      case 'add':
        return this.#add(other);
      case 'remove':
        return this.#remove(other);
      case 'role':
        return this.#role(userId, ROLES[step.pick % 3] ?? 'member');
      case 'rename':
        return this.#rename(`title ${this.#seq}`);
      default:
        return step satisfies never;
    }
  }

  get head(): Seq {
    return this.#seq;
  }

  conversation(): Conversation {
    return structuredClone({
      id: this.id,
      kind: 'group' as const,
      title: this.#title,
      subject: null,
      headSeq: this.#seq,
      createdAt: new Date(0),
      activityAt: this.#activityAt,
      participants: [...this.#members.values()],
    });
  }

  summary(): ConversationSummary {
    const lastMessage = structuredClone(this.#messages.at(-1) ?? null);
    return { ...this.conversation(), lastMessage, unreadCount: this.#unread };
  }

  joined(): Joined {
    const participants = this.conversation().participants.map(({ readAt: _unknown, ...one }) => ({
      ...one,
      typing: false,
    }));
    return { conversationId: this.id, headSeq: this.#seq, resumed: false, participants };
  }

  /** Older than a cursor, newest first. */
  messages(limit: number, cursor?: string): MessagePage {
    const all = this.#messages.filter(({ seq }) => cursor === undefined || seq < Number(cursor));
    const items = structuredClone(all.slice(-limit).toReversed());
    return { items, nextCursor: all.length > limit ? String(items.at(-1)?.seq) : null };
  }

  /** From a seq on, or after a cursor: the page's newest first. */
  newer(limit: number, from: Seq): MessagePage {
    const all = this.#messages.filter(({ seq }) => seq >= from);
    const items = structuredClone(all.slice(0, limit).toReversed());
    return { items, nextCursor: all.length > limit ? String((items[0]?.seq ?? 0) + 1) : null };
  }

  offers(limit: number, cursor?: string): OfferPage {
    const all = this.#offers.filter(({ createdAt }) => cursor === undefined || +createdAt < Number(cursor));
    const items = structuredClone(all.slice(-limit).toReversed());
    return { items, nextCursor: all.length > limit ? String(+(items.at(-1)?.createdAt ?? 0)) : null };
  }

  copy(): SmallTalk {
    const copy = new SmallTalk(this.id);
    copy.#steps = this.#steps;
    copy.#seq = this.#seq;
    copy.#title = this.#title;
    copy.#activityAt = this.#activityAt;
    copy.#unread = this.#unread;
    copy.#members = structuredClone(this.#members);
    copy.#messages = structuredClone(this.#messages);
    copy.#offers = structuredClone(this.#offers);
    return copy;
  }

  #now(): Date {
    return new Date(1_000_000 + this.#steps * 1_000);
  }

  #next(): Seq {
    this.#seq += 1;
    return this.#seq;
  }

  #tell(event: ConversationEvent): void {
    this.room.push({ at: this.#steps, seq: this.#seq, event: structuredClone(event) });
  }

  #tellMe(event: InboxEvent): void {
    this.inbox.push({ at: this.#steps, seq: 0, event: structuredClone(event) });
  }

  #answer(message: Message): void {
    if (message.userId !== ME) return;
    this.answers.push({ at: this.#steps, seq: this.#seq, event: structuredClone(message) });
  }

  #send(userId: Id): void {
    const seq = this.#next();
    const { displayName: _unseen, ...author } = user(userId);
    const posted = {
      id: `message ${seq}`,
      seq,
      conversationId: this.id,
      userId,
      user: author,
      content: `text ${seq}`,
      attachments: [],
      replyToId: null,
      clientId: `client ${seq}`,
      createdAt: this.#now(),
    };
    const message = { ...posted, reactions: [], editedAt: null, deletedAt: null };
    this.#messages.push(message);
    this.#activityAt = this.#now();
    this.#tell({ type: 'message', payload: posted });
    this.#answer(message);
    if (userId === ME) return;
    this.#unread += 1;
    const { id, content, createdAt } = posted;
    this.#tellMe({
      type: 'new-message',
      payload: {
        conversationId: this.id,
        seq,
        message: { id, content, user: author, createdAt },
        unreadCount: this.#unread,
      },
    });
  }

  #edit(message: Message, content: string): void {
    if (message.deletedAt !== null) return;
    this.#next();
    const editedAt = this.#now();
    Object.assign(message, { content, editedAt });
    const { id, seq, userId, conversationId } = message;
    const payload = { id, seq, userId, conversationId, content, editedAt };
    this.#tell({ type: 'message-edited', payload });
    this.#tellMe({ type: 'message-edited', payload });
    this.#answer(message);
  }

  #delete(message: Message): void {
    if (message.deletedAt !== null) return;
    this.#next();
    const deletedAt = this.#now();
    Object.assign(message, { content: '', attachments: [], reactions: [], deletedAt });
    const { id, seq, userId, conversationId } = message;
    const payload = { id, seq, userId, conversationId, deletedBy: userId, deletedAt };
    this.#tell({ type: 'message-deleted', payload });
    this.#tellMe({ type: 'message-deleted', payload });
    this.#answer(message);
  }

  #react(message: Message, { userId, emoji, on }: { userId: Id; emoji: string; on: boolean }): void {
    const same = message.reactions.find((one) => one.emoji === emoji);
    if (message.deletedAt !== null || (same?.userIds.includes(userId) ?? false) === on) return;
    this.#next();
    if (same === undefined) message.reactions.push({ emoji, userIds: [userId] });
    else same.userIds = on ? [...same.userIds, userId] : same.userIds.filter((id) => id !== userId);
    message.reactions = message.reactions.filter(({ userIds }) => userIds.length > 0);
    const payload = {
      messageId: message.id,
      conversationId: this.id,
      userId,
      emoji,
      on,
      reactedAt: this.#now(),
    };
    this.#tell({ type: 'reaction', payload });
  }

  #read(userId: Id, seq: Seq): void {
    const member = this.#members.get(userId);
    if (member === undefined || seq <= member.readSeq) return;
    const readAt = this.#now();
    Object.assign(member, { readSeq: seq, readAt, deliveredSeq: Math.max(seq, member.deliveredSeq) });
    const payload = { userId, conversationId: this.id, seq, readAt };
    this.#tell({ type: 'read', payload });
    if (userId !== ME) return;
    this.#unread = this.#messages.filter((one) => one.userId !== ME && one.seq > seq).length;
    this.#tellMe({ type: 'read', payload: { ...payload, unreadCount: this.#unread } });
  }

  #deliver(userId: Id, seq: Seq): void {
    const member = this.#members.get(userId);
    if (member === undefined || seq <= member.deliveredSeq) return;
    member.deliveredSeq = seq;
    const payload = { userId, conversationId: this.id, seq, deliveredAt: this.#now() };
    this.#tell({ type: 'delivered', payload });
  }

  #offer(): void {
    const seq = this.#next();
    const now = this.#now();
    const offer: Offer = {
      id: `offer ${seq}`,
      conversationId: this.id,
      authorId: 'ana',
      recipientId: ME,
      title: 'An offer',
      terms: 'As it is',
      amount: null,
      currency: null,
      status: 'pending',
      version: 1,
      parentOfferId: null,
      expiresAt: null,
      completedBy: [],
      createdAt: now,
      updatedAt: now,
    };
    this.#offers.push(offer);
    this.#activityAt = now;
    const payload = { offerId: offer.id, conversationId: this.id, offer };
    this.#tell({ type: 'offer-created', payload: { ...payload, createdAt: now } });
    this.#tellMe({ type: 'new-offer', payload });
  }

  #move(pick: number): void {
    const offer = this.#offers[pick % (this.#offers.length || 1)];
    if (offer === undefined) return;
    this.#next();
    const status = STATUSES[pick % STATUSES.length] ?? 'accepted';
    Object.assign(offer, { status, version: offer.version + 1, updatedAt: this.#now() });
    this.#activityAt = this.#now();
    const payload = { offerId: offer.id, conversationId: this.id, status, offer, updatedAt: this.#now() };
    this.#tell({ type: 'offer-update', payload });
    this.#tellMe({ type: 'offer-update', payload });
  }

  #add(userId: Id): void {
    if (this.#members.has(userId)) return;
    const seq = this.#next() - 1;
    this.#activityAt = this.#now();
    this.#members.set(userId, { ...newcomer(userId, 'member'), readSeq: seq, deliveredSeq: seq });
    const payload = { conversationId: this.id, userId, user: user(userId), role: 'member' as const };
    this.#tell({ type: 'member-added', payload: { ...payload, addedBy: ME, addedAt: this.#now() } });
  }

  #remove(userId: Id): void {
    if (!this.#members.delete(userId)) return;
    this.#next();
    this.#activityAt = this.#now();
    const payload = { conversationId: this.id, userId, removedBy: ME, removedAt: this.#now() };
    this.#tell({ type: 'member-removed', payload });
  }

  #role(userId: Id, role: Role): void {
    this.#next();
    this.#activityAt = this.#now();
    Object.assign(this.#members.get(userId) ?? {}, { role });
    const payload = { conversationId: this.id, userId, role, changedBy: ME, changedAt: this.#now() };
    this.#tell({ type: 'role-changed', payload });
  }

  #rename(title: string): void {
    this.#next();
    this.#activityAt = this.#now();
    this.#title = title;
    const payload = { conversationId: this.id, title, renamedBy: ME, renamedAt: this.#now() };
    this.#tell({ type: 'renamed', payload });
  }
}

function newcomer(id: Id, role: Role): Participant {
  return { user: user(id), role, readSeq: 0, readAt: null, deliveredSeq: 0, online: false };
}

/** The newest pages as they were at these times. */
export function roomAction(
  cursor: Seq,
  { conversation, messages, offers }: Record<'conversation' | 'messages' | 'offers', SmallTalk>,
): CacheAction {
  return {
    type: 'room',
    cursor,
    conversation: conversation.conversation(),
    messages: messages.messages(3),
    offers: offers.offers(2),
  };
}
