/**
 * The talk that is open: what was said before, then what happens, each event once and in order. Events that come while
 * the past is being fetched wait for it.
 */
import type { Conversation, ConversationEvent, Message, Offer } from '@parley/client';

import { BoundedMap } from '../bounded-map.ts';
import type { Connected } from '../connect.ts';
import { plain } from '../plain.ts';
import { renderRoomEvent } from '../render-events.ts';
import { renderOffer } from '../render-offers.ts';
import { quoteOf, renderMessage, talkTitle } from '../render.ts';
import type { Style } from '../style.ts';
import { createView, namesOf, type View } from '../view.ts';
import { Numbers } from './numbers.ts';

export interface RoomOptions {
  connected: Connected;
  style: Style;
  print: (text: string) => void;
  /** Whether typing is told in a line of its own, rather than by `writing`. */
  printsTyping: boolean;
  /** `writing` has changed. */
  changed: () => void;
  /** The server has ended it. */
  ended: (error: unknown) => void;
}

const PAST = 20;
const OFFERS = 100;
/** Events that wait for the past; when there are more, the past is fetched again instead. */
const WAITING = 500;
/** Messages, and offers, that go by their numbers. */
const REMEMBERED = 500;
const SHOWN_WITHIN_MS = 3_000;

export class Room {
  readonly id: string;
  title: string;
  readonly #options: RoomOptions;
  readonly #numbers = new Numbers();
  readonly #offers = new BoundedMap<string, Offer>(REMEMBERED);
  readonly #messages = new BoundedMap<number, Pick<Message, 'id' | 'user'> & { quote: string }>(REMEMBERED);
  readonly #writing = new Map<string, string>();
  #names: ReadonlyMap<string, string>;
  #participantIds: string[];
  #subscription: { unsubscribe(): void } | undefined;
  #hasBegun = false;
  /** Events that came while the past is being fetched; undefined when it is not. */
  #waiting: ConversationEvent[] | undefined;
  #isBehind = false;
  /** The seq of the last message shown. */
  #shown = 0;
  #awaiters: { seq: number; resolve: () => void }[] = [];

  constructor(talk: Conversation, options: RoomOptions) {
    this.id = talk.id;
    this.title = talkTitle(talk, options.connected.me.id);
    this.#options = options;
    this.#names = namesOf(talk.participants);
    this.#participantIds = talk.participants.map(({ user }) => user.id);
  }

  /** Usernames of those who are typing. */
  get writing(): string[] {
    return [...this.#writing.values()];
  }

  /** Resolves when the past is shown and the live part begins. */
  async open(): Promise<void> {
    const { trpc } = this.#options.connected;
    await new Promise<void>((resolve, reject) => {
      const failed = (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        this.close();
        this.#options.ended(error);
      };
      this.#subscription = trpc.conversations.events.subscribe(
        { conversationId: this.id },
        { onData: ({ data }) => this.#take(data, { resolve, failed }), onError: failed },
      );
    });
  }

  close(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#settle(Number.POSITIVE_INFINITY);
  }

  /** Resolves when the message of that seq is shown, or after a while. */
  async reach(seq: number): Promise<void> {
    if (this.#shown >= seq || this.#subscription === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SHOWN_WITHIN_MS);
      this.#awaiters.push({
        seq,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  /** The id of a message by its seq. */
  messageAt(seq: string): string | undefined {
    return this.#messages.get(Number(seq.replace(/^#/, '')))?.id;
  }

  /** An offer by its number, as it was last seen. */
  offerAt(number: string): Offer | undefined {
    return this.#offers.get(this.#numbers.idOf(number) ?? '');
  }

  /** The id of a participant by their username. */
  participant(username: string): string | undefined {
    return this.#participantIds.find((id) => this.#names.get(id)?.toLowerCase() === username.toLowerCase());
  }

  async showOffers(): Promise<void> {
    const offers = await this.#loadOffers();
    if (offers.length === 0) this.#options.print('No offers yet. Make one with /offer title | terms.');
    for (const offer of offers) this.#options.print(renderOffer(this.#view(), offer));
  }

  async showMessages(limit: number): Promise<void> {
    const messages = await this.#loadMessages(limit);
    for (const message of messages) this.#options.print(renderMessage(this.#view(), message));
  }

  #take(
    event: ConversationEvent,
    { resolve, failed }: { resolve: () => void; failed: (error: unknown) => void },
  ): void {
    if (event.type === 'joined') {
      this.#names = namesOf(event.payload.participants);
      this.#participantIds = event.payload.participants.map(({ user }) => user.id);
      // After a reconnect nothing is missing.
      if (this.#hasBegun) return;
    }
    if (event.type === 'joined' || event.type === 'reset') {
      this.#hasBegun = true;
      this.#options.print(renderRoomEvent(this.#view(), event));
      if (this.#waiting === undefined) this.#load().then(resolve, failed);
      else this.#isBehind = true;
    } else if (this.#waiting === undefined) this.#show(event);
    else if (this.#waiting.length < WAITING) this.#waiting.push(event);
    else this.#isBehind = true;
  }

  /** Shows the newest page, the offers that are open, and what has come meanwhile. */
  async #load(): Promise<void> {
    const { print } = this.#options;
    do {
      this.#isBehind = false;
      this.#waiting = [];
      const messages = await this.#loadMessages(PAST);
      for (const message of messages) if (message.seq > this.#shown) this.#showMessage(message);
      const offers = await this.#loadOffers();
      const open = offers.filter(({ status }) => status === 'pending' || status === 'accepted');
      for (const offer of open) print(renderOffer(this.#view(), offer));
    } while (this.#isBehind);
    const waited = this.#waiting;
    this.#waiting = undefined;
    for (const event of waited) this.#show(event);
  }

  async #loadMessages(limit: number): Promise<Message[]> {
    const { trpc } = this.#options.connected;
    const { items } = await trpc.messages.list.query({ conversationId: this.id, limit });
    const messages = items.toReversed();
    for (const message of messages) this.#remember(message);
    return messages;
  }

  /** The newest offers, oldest first. */
  async #loadOffers(): Promise<Offer[]> {
    const { trpc } = this.#options.connected;
    const { items } = await trpc.offers.list.query({ conversationId: this.id, limit: OFFERS });
    const offers = items.toReversed();
    for (const offer of offers) this.#keep(offer);
    return offers;
  }

  #show(event: ConversationEvent): void {
    const { print, printsTyping, changed } = this.#options;
    if (event.type === 'message') {
      if (event.payload.seq <= this.#shown) return;
      this.#remember(event.payload);
      if (this.#writing.delete(event.payload.userId)) changed();
      this.#showMessage(event.payload);
      return;
    }
    if (event.type === 'message-edited' || event.type === 'message-deleted') {
      const { seq } = event.payload;
      const known = this.#messages.get(seq);
      const isDeleted = event.type === 'message-deleted';
      const change = isDeleted ? { content: '', deletedAt: event.payload.deletedAt } : event.payload;
      if (known !== undefined) this.#remember({ ...known, seq, ...change });
    } else if (event.type === 'offer-created' || event.type === 'offer-update') {
      if (!this.#keep(event.payload.offer)) return;
    } else if (event.type === 'typing') {
      const { userId, username, isTyping } = event.payload;
      if (isTyping) this.#writing.set(userId, username);
      else this.#writing.delete(userId);
      changed();
      if (!printsTyping) return;
    } else if (event.type === 'user-left') {
      if (this.#writing.delete(event.payload.userId)) changed();
    } else if (event.type === 'member-added') {
      this.#names = new Map([...this.#names, ...namesOf([event.payload])]);
      this.#participantIds.push(event.payload.userId);
    } else if (event.type === 'member-removed') {
      // Their name stays: what they have said is still shown.
      const { userId } = event.payload;
      this.#participantIds = this.#participantIds.filter((id) => id !== userId);
      if (this.#writing.delete(userId)) changed();
    } else if (event.type === 'renamed') {
      this.title = plain(event.payload.title ?? '');
      changed();
    } else if (event.type === 'read' && event.payload.userId === this.#options.connected.me.id) return;
    // Whoever reads says more, and this comes as often as messages do.
    else if (event.type === 'delivered') return;
    const text = renderRoomEvent(this.#view(), event);
    if (text !== '') print(text);
  }

  #showMessage(message: Extract<ConversationEvent, { type: 'message' }>['payload']): void {
    this.#options.print(renderMessage(this.#view(), message));
    this.#shown = message.seq;
    this.#settle(message.seq);
  }

  #settle(seq: number): void {
    for (const awaiter of this.#awaiters) if (awaiter.seq <= seq) awaiter.resolve();
    this.#awaiters = this.#awaiters.filter((awaiter) => awaiter.seq > seq);
  }

  #remember(message: Pick<Message, 'id' | 'seq' | 'user' | 'content'> & Partial<Message>): void {
    const { id, seq, user } = message;
    this.#messages.set(seq, { id, user, quote: quoteOf(message, this.#options.connected.me.id) });
  }

  /** Whether the offer was not known, or not so. */
  #keep(offer: Offer): boolean {
    const known = this.#offers.get(offer.id);
    if (known !== undefined && known.version >= offer.version) return false;
    this.#numbers.of(offer.id);
    this.#offers.set(offer.id, offer);
    return true;
  }

  #view(): View {
    const { connected, style } = this.#options;
    return createView({
      me: connected.me.id,
      style,
      names: this.#names,
      offerLabel: (id) => `[${this.#numbers.of(id)}]`,
      quote: (id) => [...this.#messages.values()].find((message) => message.id === id)?.quote,
    });
  }
}
