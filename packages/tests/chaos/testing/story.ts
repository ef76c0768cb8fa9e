/** Histories made by hand: what clients see of a server that does everything right, until a test plants a fault. */
import type {
  ConversationEvent,
  Id,
  InboxEvent,
  Message,
  Offer,
  OfferAction,
  Participant,
  UserSummary,
} from '@parley/contract';

import type { Entry, Happening, Operation, Outcome } from '../history.ts';

export const ROOM = 'room';
const EPOCH = new Date('2026-01-01T00:00:00Z');

interface Cursor {
  reader: string;
  userId: Id;
  inbox: boolean;
  place: number;
  open: boolean;
}

/** One conversation of `people`, each with a reader of the room and one of their inbox, both from the beginning. */
export class Story {
  readonly entries: Entry[] = [];
  readonly members: Set<Id>;
  readonly offers = new Map<Id, Offer>();
  readonly #people: readonly Id[];
  readonly #room: ConversationEvent[] = [];
  readonly #inboxes = new Map<Id, InboxEvent[]>();
  readonly #cursors = new Map<string, Cursor>();
  readonly #messages: Message[] = [];
  readonly #readSeq = new Map<Id, number>();
  readonly #joinedSeq = new Map<Id, number>();
  #at = 0;
  #calls = 0;

  constructor(people: readonly Id[], outsiders: readonly Id[] = []) {
    this.#people = [...people, ...outsiders];
    this.members = new Set(people);
    for (const userId of this.#people) this.add({ kind: 'person', userId, name: userId });
    this.add({ kind: 'talk', conversationId: ROOM, members: [...people] });
    for (const userId of this.#people) {
      this.#inboxes.set(userId, []);
      this.open(`${userId}/inbox`, userId, true);
      if (this.members.has(userId)) this.open(`${userId}/room`, userId);
    }
  }

  /** The place of the newest event of the room. */
  get head(): number {
    return this.#room.length;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  add(happening: Happening, afterMs = 1): void {
    this.#at += afterMs;
    this.entries.push({ ...happening, at: this.#at });
  }

  open(reader: string, userId: Id, inbox = false): void {
    const from = inbox ? 0 : (this.#joinedSeq.get(userId) ?? 0);
    this.#cursors.set(reader, { reader, userId, inbox, place: from, open: true });
    this.add({
      kind: 'reader',
      reader,
      userId,
      device: userId,
      source: inbox ? 'inbox' : { room: ROOM },
      from,
    });
  }

  call(userId: Id, operation: Operation, outcome: Outcome): void {
    this.#calls += 1;
    this.add({ kind: 'call', call: this.#calls, userId, device: userId, operation });
    this.add({ kind: 'outcome', call: this.#calls, outcome });
  }

  /** `attempts` before the last one have an unknown outcome. */
  send(userId: Id, content: string, attempts = 1): void {
    const clientId = `client-${this.#messages.length + 1}`;
    const operation: Operation = { type: 'send', conversationId: ROOM, clientId, content };
    for (let again = 1; again < attempts; again += 1)
      this.call(userId, operation, { status: 'unknown', why: 'cut' });
    const id = `message-${this.#messages.length + 1}`;
    const posted = {
      id,
      seq: this.head + 1,
      conversationId: ROOM,
      userId,
      user: { id: userId, username: userId, avatar: null },
      content,
      attachments: [],
      replyToId: null,
      clientId,
      createdAt: EPOCH,
    };
    this.#messages.push({ ...posted, reactions: [], editedAt: null, deletedAt: null });
    this.#tell({ type: 'message', payload: posted });
    for (const to of this.members) {
      if (to === userId) continue;
      const { seq, user, createdAt } = posted;
      const message = { id, content, user, createdAt };
      this.#notify(to, {
        type: 'new-message',
        payload: { conversationId: ROOM, seq, message, unreadCount: 1 },
      });
    }
    this.call(userId, operation, { status: 'done', message: { id, seq: posted.seq, content } });
  }

  edit(userId: Id, index: number, content: string): void {
    const message = this.#messages[index];
    if (message === undefined || message.userId !== userId || message.deletedAt !== null) return;
    message.content = content;
    const { id, seq } = message;
    this.#tell({
      type: 'message-edited',
      payload: { id, seq, conversationId: ROOM, userId, content, editedAt: EPOCH },
    });
    this.call(userId, { type: 'edit', conversationId: ROOM, messageId: id, content }, { status: 'done' });
  }

  delete(userId: Id, index: number): void {
    const message = this.#messages[index];
    if (message === undefined || message.userId !== userId || message.deletedAt !== null) return;
    Object.assign(message, { content: '', reactions: [], deletedAt: EPOCH });
    const { id, seq } = message;
    this.#tell({
      type: 'message-deleted',
      payload: { id, seq, conversationId: ROOM, userId, deletedBy: userId, deletedAt: EPOCH },
    });
    this.call(userId, { type: 'delete', conversationId: ROOM, messageId: id }, { status: 'done' });
  }

  react(userId: Id, index: number, on: boolean): void {
    const message = this.#messages[index];
    if (message === undefined || message.deletedAt !== null) return;
    const others = message.reactions.flatMap(({ userIds }) => userIds).filter((id) => id !== userId);
    const userIds = on ? [...others, userId] : others;
    message.reactions = userIds.length === 0 ? [] : [{ emoji: '👍', userIds }];
    const reaction = {
      messageId: message.id,
      conversationId: ROOM,
      userId,
      emoji: '👍',
      on,
      reactedAt: EPOCH,
    };
    this.#tell({ type: 'reaction', payload: reaction });
    this.call(
      userId,
      { type: 'react', conversationId: ROOM, messageId: message.id, emoji: '👍', on },
      { status: 'done' },
    );
  }

  read(userId: Id): void {
    const seq = this.head;
    if (seq === 0) return;
    this.call(userId, { type: 'read', conversationId: ROOM, upToSeq: seq }, { status: 'done' });
    if (seq <= (this.#readSeq.get(userId) ?? 0)) return;
    this.#readSeq.set(userId, seq);
    this.#whisper({ type: 'read', payload: { userId, conversationId: ROOM, seq, readAt: EPOCH } });
  }

  /** Whether someone writes is told at most every two seconds. */
  typing(userId: Id, isTyping: boolean): void {
    this.#at += 2000;
    this.call(userId, { type: 'typing', conversationId: ROOM, isTyping }, { status: 'done' });
    const event = { userId, username: userId, conversationId: ROOM, isTyping };
    this.#whisper({ type: 'typing', payload: event }, userId);
  }

  offer(authorId: Id, recipientId: Id): Offer {
    const id = `offer-${this.offers.size + 1}`;
    const offer: Offer = {
      id,
      conversationId: ROOM,
      authorId,
      recipientId,
      title: 'A boat',
      terms: `terms of ${id}`,
      amount: 100,
      currency: 'EUR',
      status: 'pending',
      version: 1,
      parentOfferId: null,
      expiresAt: null,
      completedBy: [],
      createdAt: EPOCH,
      updatedAt: EPOCH,
    };
    this.offers.set(id, offer);
    const payload = { offerId: id, conversationId: ROOM, offer, createdAt: EPOCH };
    this.#tell({ type: 'offer-created', payload });
    this.#notify(recipientId, {
      type: 'new-offer',
      payload: { offerId: id, conversationId: ROOM, offer },
    });
    this.call(
      authorId,
      { type: 'offer', conversationId: ROOM, clientId: id, terms: offer.terms, amount: 100 },
      { status: 'done', offers: [offer] },
    );
    return offer;
  }

  answer(userId: Id, offerId: Id, status: OfferAction): void {
    const before = this.offers.get(offerId);
    if (before === undefined) throw new Error(`there is no ${offerId}`);
    for (const { reader } of this.#cursorsOf(userId)) this.deliver(reader);
    const offer: Offer = { ...before, status, version: before.version + 1 };
    this.offers.set(offerId, offer);
    const payload = { offerId, conversationId: ROOM, status, offer, updatedAt: EPOCH };
    this.#tell({ type: 'offer-update', payload });
    const other = userId === offer.authorId ? offer.recipientId : offer.authorId;
    if (this.members.has(other)) this.#notify(other, { type: 'offer-update', payload });
    if (status === 'accepted' && this.members.has(offer.authorId))
      this.#notify(offer.authorId, {
        type: 'offer-accepted',
        payload: { offerId, conversationId: ROOM, offer },
      });
    this.call(
      userId,
      { type: 'answer-offer', conversationId: ROOM, offerId, status, version: before.version },
      { status: 'done', offers: [offer] },
    );
  }

  /** Adds someone, and opens a reader for them. */
  addMember(by: Id, userId: Id): void {
    this.members.add(userId);
    this.#tell({
      type: 'member-added',
      payload: {
        conversationId: ROOM,
        userId,
        user: summary(userId),
        role: 'member',
        addedBy: by,
        addedAt: EPOCH,
      },
    });
    this.#joinedSeq.set(userId, this.head - 1);
    this.#readSeq.set(userId, 0);
    this.#notify(userId, {
      type: 'conversation-added',
      payload: {
        conversationId: ROOM,
        kind: 'group',
        title: 'Boats',
        subject: null,
        addedBy: by,
        addedAt: EPOCH,
      },
    });
    this.call(by, { type: 'add', conversationId: ROOM, userId }, { status: 'done' });
    this.open(`${userId}/room-from-${this.head}`, userId);
  }

  /** Removes someone; their readers of the room are ended before that event. */
  removeMember(by: Id, userId: Id): void {
    for (const cursor of this.#cursorsOf(userId)) if (!cursor.inbox) this.deliver(cursor.reader);
    this.members.delete(userId);
    this.#room.push({
      type: 'member-removed',
      payload: { conversationId: ROOM, userId, removedBy: by, removedAt: EPOCH },
    });
    for (const cursor of this.#cursorsOf(userId)) {
      if (cursor.inbox || !cursor.open) continue;
      cursor.open = false;
      this.add({ kind: 'ended', reader: cursor.reader, reason: 'not_a_participant' });
    }
    this.#notify(userId, {
      type: 'conversation-removed',
      payload: { conversationId: ROOM, removedBy: by, removedAt: EPOCH },
    });
    this.call(by, { type: 'remove', conversationId: ROOM, userId }, { status: 'done' });
  }

  /** A reader is told up to `count` durable events more. */
  deliver(reader: string, count = Infinity): void {
    const cursor = this.#cursors.get(reader);
    if (cursor?.open !== true) return;
    const events = cursor.inbox ? (this.#inboxes.get(cursor.userId) ?? []) : this.#room;
    for (const event of events.slice(cursor.place, cursor.place + count)) {
      cursor.place += 1;
      const since = cursor.inbox ? 0 : (this.#joinedSeq.get(cursor.userId) ?? 0);
      this.add({ kind: 'value', reader, id: String(cursor.place), event: this.#shownSince(event, since) });
    }
  }

  /** The connection of a reader is cut, and it resumes. */
  reconnect(reader: string): void {
    const cursor = this.#cursors.get(reader);
    if (cursor?.open !== true) return;
    this.add({ kind: 'connection', device: cursor.userId, up: false });
    this.add({ kind: 'connection', device: cursor.userId, up: true });
    const event: ConversationEvent | InboxEvent = cursor.inbox
      ? { type: 'connected', payload: { message: 'Connected', userId: cursor.userId, resumed: true } }
      : {
          type: 'joined',
          payload: {
            conversationId: ROOM,
            headSeq: this.head,
            resumed: true,
            participants: this.#participants().map(({ readAt: _readAt, ...one }) => ({
              ...one,
              typing: false,
            })),
          },
        };
    this.add({ kind: 'value', reader, id: String(cursor.place), event });
  }

  readers(): string[] {
    return [...this.#cursors.keys()];
  }

  /** Everyone comes to the head, and looks at what there is. */
  finish(): readonly Entry[] {
    for (const { id, status, authorId, recipientId } of this.offers.values()) {
      const party = [authorId, recipientId].find((one) => this.members.has(one));
      if (party === undefined) continue;
      if (status === 'pending') this.answer(party, id, party === authorId ? 'withdrawn' : 'declined');
      else if (status === 'accepted') this.answer(party, id, 'cancelled');
    }
    for (const reader of this.#cursors.keys()) this.deliver(reader);
    this.add({ kind: 'quiet' });
    for (const userId of this.members) {
      const above = this.#joinedSeq.get(userId) ?? 0;
      this.add({
        kind: 'final',
        userId,
        conversationId: ROOM,
        conversation: {
          id: ROOM,
          kind: 'group',
          title: 'Boats',
          subject: null,
          headSeq: this.head,
          createdAt: EPOCH,
          activityAt: EPOCH,
          participants: this.#participants(),
        },
        messages: this.#messages.filter(({ seq }) => seq > above).toReversed(),
        offers: [...this.offers.values()],
      });
    }
    return this.entries;
  }

  /** Who came later is not told what was written before. */
  #shownSince(event: ConversationEvent | InboxEvent, since: number): ConversationEvent | InboxEvent {
    if (event.type === 'message-edited' && event.payload.seq <= since)
      return { ...event, payload: { ...event.payload, content: '' } };
    if (event.type !== 'offer-update') return event;
    const { offer } = event.payload;
    const madeAt = this.#room.findIndex(
      (one) => one.type === 'offer-created' && one.payload.offerId === offer.id,
    );
    if (madeAt + 1 > since) return event;
    return {
      ...event,
      payload: { ...event.payload, offer: { ...offer, title: '', terms: '', amount: null } },
    };
  }

  #participants(): Participant[] {
    return [...this.members].map((userId) => ({
      user: summary(userId),
      role: 'member',
      readSeq: this.#readSeq.get(userId) ?? 0,
      readAt: null,
      deliveredSeq: 0,
      online: true,
    }));
  }

  #cursorsOf(userId: Id): Cursor[] {
    return [...this.#cursors.values()].filter((cursor) => cursor.userId === userId);
  }

  #tell(event: ConversationEvent): void {
    this.#room.push(event);
  }

  #notify(userId: Id, event: InboxEvent): void {
    this.#inboxes.get(userId)?.push(event);
  }

  /** To whoever is at the head; lost for the others. */
  #whisper(event: ConversationEvent, except?: Id): void {
    for (const cursor of this.#cursors.values()) {
      if (cursor.inbox || !cursor.open || cursor.userId === except || cursor.place < this.head) continue;
      this.add({ kind: 'value', reader: cursor.reader, id: String(cursor.place), event });
    }
  }
}

function summary(id: Id): UserSummary {
  return { id, username: id, avatar: null, displayName: null };
}
