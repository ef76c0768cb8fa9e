/** The live objects of one client, and what they share. Everything of a person goes when another one is here. */
import type { Id } from '@parley/contract';

import { emptyCache } from './cache/reduce.ts';
import { persist, type ParleyCalls } from './calls.ts';
import type { Connection } from './connection.ts';
import type { Act, Core } from './core.ts';
import { OneOffer } from './domains/one-offer.ts';
import { OwnInbox } from './domains/own-inbox.ts';
import type { PresenceView } from './domains/presence.ts';
import { Presences } from './domains/presences.ts';
import { Room } from './domains/room.ts';
import { unauthorised } from './errors.ts';
import { dehydrate, hydrate, type Dehydrated, type DehydrateOptions, type Kept } from './hydration.ts';
import { Outbox, type OutboxOptions } from './outbox/outbox.ts';
import { Store } from './store.ts';
import type { Subscribable } from './subscribable.ts';
import { Watermarks } from './watermarks.ts';

interface LiveCoreOptions {
  trpc: ParleyCalls;
  connection: Connection;
  /** Null where nobody is signed in, and where the application's own tokens are to tell. */
  userId: Id | null;
  /** Whether the client itself signs in and out, and so knows. */
  isOwn: boolean;
  /** Where unsent messages are. */
  unsent: Pick<OutboxOptions, 'store' | 'join'>;
  dehydrated: Dehydrated | null;
}

/** Rooms that are kept as they were loaded though nobody watches them; beyond that, the one of longest ago is given up. */
const MAX_UNWATCHED = 50;
/** Rooms that are known though nobody watches them; beyond that, the id of the one of longest ago is another object's. */
const MAX_IDLE = 1_000;
/** Offers that are asked for by their ids alone; beyond that, the one of longest ago that nobody watches is let go of. */
const MAX_OFFERS = 500;
const READ_EVERY_MS = 100;
const DELIVERED_EVERY_MS = 1_000;

export class LiveCore implements Core {
  readonly trpc: ParleyCalls;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly inbox: OwnInbox;
  readonly readMarks: Watermarks;
  readonly #delivered: Watermarks;
  readonly #presences: Presences;
  readonly #connection: Connection;
  /** What was asked for or watched last is last. */
  readonly #rooms = new Set<Room>();
  readonly #roomOf = new Map<Id, Room>();
  readonly #offers = new Map<Id, OneOffer>();
  /** Whether the server, or the session, has said who one is. */
  #isSure: boolean;
  #identifying: Promise<void> | null = null;
  /** Aborted when another person is here, or nobody, and for good when the client is closed. */
  #stay = new AbortController();

  constructor({ trpc, connection, userId, isOwn, unsent, dehydrated }: LiveCoreOptions) {
    this.trpc = trpc;
    this.#connection = connection;
    this.#isSure = isOwn;
    let kept: Kept | null = dehydrated && hydrate(dehydrated);
    if (isOwn && kept?.cache.myId !== userId) kept = null;
    this.store = new Store(kept?.cache ?? emptyCache(userId));
    this.outbox = new Outbox({
      ...unsent,
      isAway: () => connection.state !== 'open' && connection.state !== 'idle',
      send: async ({ conversationId, clientId, draft: { attachments, ...draft } }) => {
        const input = { conversationId, clientId, ...draft, attachments: attachments && [...attachments] };
        return (await trpc.messages.send.mutate(input)).message;
      },
      posted: (message) => this.store.dispatch({ type: 'message', message }),
    });
    this.outbox.subscribe(() => this.store.pend('sends', this.outbox.getSnapshot()));
    this.outbox.as(this.store.cache.myId);
    this.readMarks = new Watermarks({
      everyMs: READ_EVERY_MS,
      tell: (mark) => this.call(({ receipts }) => receipts.read.mutate(mark)),
    });
    this.#delivered = new Watermarks({
      everyMs: DELIVERED_EVERY_MS,
      tell: (mark) => this.call(({ receipts }) => receipts.delivered.mutate(mark)),
    });
    this.inbox = new OwnInbox(this, kept?.inbox ?? null);
    this.#presences = new Presences(this, this.inbox.feed);
    connection.subscribe(() => {
      if (connection.state !== 'open') return;
      this.outbox.hurry();
      // What was kept, and marks that are still to be told, may be another person's.
      const known = this.store.cache.myId === null ? Promise.resolve() : this.identified();
      const retryMarks = () => [this.readMarks, this.#delivered].forEach((marks) => marks.retry());
      known.then(retryMarks).catch(() => undefined);
      // Those that were refused for want of a token.
      this.resume();
    });
  }

  readonly conversation = (id: Id): Room => {
    const room = this.#roomOf.get(id) ?? new Room(this, id);
    this.keep(room);
    return room;
  };

  /** Also one that was let go of, and is watched again: the client knows of whatever is followed. */
  readonly keep = (room: Room): void => {
    const isKnown = this.#rooms.delete(room);
    this.#rooms.add(room);
    if (isKnown) return;
    this.#roomOf.set(room.id, this.#roomOf.get(room.id) ?? room);
    if (this.#stay.signal.aborted) room.end();
    const idle = [...this.#rooms].filter(({ feed }) => !feed.isRunning && !feed.isWatched);
    const loaded = idle.filter(({ feed }) => feed.cursor !== null);
    for (const old of loaded.slice(0, -MAX_UNWATCHED)) this.#giveUp(old);
    for (const old of idle.slice(0, -MAX_IDLE)) {
      this.#giveUp(old);
      this.#rooms.delete(old);
      if (this.#roomOf.get(old.id) === old) this.#roomOf.delete(old.id);
    }
  };

  readonly presence = (userIds: readonly Id[]): Subscribable<PresenceView> => this.#presences.of(userIds);

  readonly offer = (id: Id): OneOffer => {
    const offer = this.#offers.get(id) ?? new OneOffer(this, id);
    this.#offers.delete(id);
    if (this.#offers.size >= MAX_OFFERS) {
      const idle = [...this.#offers].find(([, { isWatched }]) => !isWatched);
      if (idle !== undefined) this.#offers.delete(idle[0]);
    }
    this.#offers.set(id, offer);
    return offer;
  };

  readonly call = <Answer>(act: Act<Answer>): Promise<Answer> =>
    persist(() => act(this.trpc), { signal: this.#stay.signal });

  readonly ask = <Answer>(act: Act<Answer>, signal: AbortSignal): Promise<Answer> =>
    persist(() => act(this.trpc), { signal, tries: Infinity });

  readonly identified = async (): Promise<void> => {
    if (this.#isSure) return;
    // One question however many ask: what waits for the answer goes on in the order in which it came.
    this.#identifying ??= this.call(({ auth }) => auth.me.query())
      .then(({ id }) => this.identify(id))
      .finally(() => {
        this.#identifying = null;
      });
    await this.#identifying;
  };

  readonly identify = (userId: Id): void => {
    const { myId } = this.store.cache;
    this.#isSure = true;
    if (myId === null) {
      this.store.dispatch({ type: 'me', userId });
      this.outbox.as(userId);
    } else if (myId !== userId) {
      this.become(userId);
      this.resume();
    }
  };

  readonly sign: Core['sign'] = (sign) => {
    if (this.#connection.state === 'open') this.trpc.typing.set.mutate(sign).catch(() => undefined);
  };

  readonly received: Core['received'] = (conversationId, { seq, userId }) => {
    const { myId, conversations } = this.store.cache;
    const own = conversations.get(conversationId)?.participants.get(myId ?? '');
    if (userId !== myId && (own?.deliveredSeq ?? 0) < seq) void this.#delivered.move(conversationId, seq);
  };

  readonly connected = (): void => this.#presences.refresh();

  readonly moved: Core['moved'] = (conversationId, isIn) => {
    for (const room of this.#of(conversationId)) {
      // Where one is back already, it is as if it had been left and opened again.
      if (!isIn && room.feed.isRunning) room.feed.reload();
      else if (!isIn) this.#giveUp(room);
      // Whoever watches it is told once more why there is nothing.
      room.feed.resume();
    }
  };

  readonly lost: Core['lost'] = (conversationId) =>
    this.store.dispatch({
      type: this.inbox.feed.isRunning ? 'room-forgotten' : 'conversation-left',
      conversationId,
    });

  /** Where another person is here, or nobody, nothing of the one before stays. */
  become(myId: Id | null): void {
    if (myId === this.store.cache.myId) return;
    this.#stay.abort();
    this.#stay = new AbortController();
    this.readMarks.forget();
    this.#delivered.forget();
    this.#presences.forget();
    for (const live of this.#all) live.forget(myId === null ? unauthorised('unauthenticated') : null);
    this.store.forget(myId);
    this.outbox.as(myId);
  }

  readonly dehydrate = (options?: DehydrateOptions): Dehydrated =>
    dehydrate({ cache: this.store.cache, inbox: this.inbox.feed.cursor }, options);

  /** Goes on with what is watched. */
  resume(): void {
    for (const { feed } of this.#all) feed.resume();
    for (const offer of this.#offers.values()) offer.resume();
  }

  close(): void {
    this.#stay.abort();
    this.outbox.close();
    for (const live of this.#all) live.end();
  }

  get #all() {
    return [this.inbox, ...this.#rooms];
  }

  /** More than one where the id of one that is idle was another object's meanwhile. */
  #of(conversationId: Id): Room[] {
    return [...this.#rooms].filter(({ id }) => id === conversationId);
  }

  /** What another object of the same id shows stays. */
  #giveUp(room: Room): void {
    room.forget(null);
    if (!this.#of(room.id).some(({ feed }) => feed.isRunning || feed.cursor !== null))
      this.store.dispatch({ type: 'room-forgotten', conversationId: room.id });
  }
}
