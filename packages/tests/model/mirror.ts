/**
 * What a client shows: fetched once, and from then on changed by events alone, also after it was away. The client's own
 * reducers change it, in one cache for the list and every open room; what is fetched here is what the client fetches.
 */
import { isDeepStrictEqual } from 'node:util';

import type { ConversationEvent, ConversationSummary, InboxEvent } from '@parley/contract';
import { ROOM_EVENTS } from '@parley/contract/schemas';
import { expect } from 'vitest';

import type { CacheAction } from '../../client/src/core/cache/action.ts';
import { emptyCache, reduce } from '../../client/src/core/cache/reduce.ts';
import type { CacheState } from '../../client/src/core/cache/state.ts';
import type { Person } from '../harness/people.ts';
import { watchInbox, watchRoom, type Watch } from '../harness/watch.ts';
import {
  fetchedRoom,
  fetchList,
  fetchRoom,
  listed,
  shownList,
  shownRoom,
  type RoomPages,
} from './snapshot.ts';

const AGREES_WITHIN_MS = 20_000;

/** What one person's client holds. */
export class Shown {
  readonly person: Person;
  readonly heard: (type: string) => void;
  /** Whether the list has to be fetched again. */
  isOutdated = false;
  #state: CacheState;

  /** @param heard called with `room:message` and the like */
  constructor(person: Person, heard: (type: string) => void) {
    this.person = person;
    this.heard = heard;
    this.#state = emptyCache(person.id);
  }

  get state(): CacheState {
    return this.#state;
  }

  tell(...actions: readonly CacheAction[]): void {
    this.#state = actions.reduce(reduce, this.#state);
  }
}

interface MirrorOptions<Event extends ConversationEvent | InboxEvent> {
  watch: (lastEventId?: string) => Watch<Event>;
  /** The first value of each subscription. */
  first: Event['type'];
  /** Once it is attached, before what came is told. */
  load: (watch: Watch<Event>) => Promise<void>;
  tell: (event: Event, seq: number) => void;
}

/** One subscription of a client, also after it was away. */
export class Mirror<Event extends ConversationEvent | InboxEvent> {
  /** Whether something that is told once may have been missed. */
  wasAway = false;
  readonly #options: MirrorOptions<Event>;
  #watch: Watch<Event>;
  #told = 0;
  #lastEventId: string | undefined;

  constructor(options: MirrorOptions<Event>) {
    this.#options = options;
    this.#watch = options.watch();
  }

  /** Subscribes, and fetches once it is attached. */
  async open(): Promise<this> {
    await this.#watch.next(this.#options.first);
    await this.#options.load(this.#watch);
    return this;
  }

  /** Tells what has come. */
  catchUp(): void {
    if (this.#watch.errors.length > 0) throw new Error(JSON.stringify(this.#watch.errors));
    for (const { id, data } of this.#watch.delivered.slice(this.#told)) {
      this.#options.tell(data, Number(id));
      this.#told += 1;
    }
  }

  /** Unsubscribes; what happens meanwhile is missed. */
  leave(): void {
    this.catchUp();
    this.#lastEventId = this.#watch.delivered.at(-1)?.id;
    this.#watch.unsubscribe();
  }

  /** Goes on after the last event that came. */
  async resume(): Promise<void> {
    this.wasAway = true;
    this.#watch = this.#options.watch(this.#lastEventId);
    this.#told = 0;
    await this.#watch.next(this.#options.first);
  }

  /** Begins to wait for the next `joined` or `connected`. */
  async again(): Promise<void> {
    this.wasAway = true;
    const { first } = this.#options;
    await this.#watch.next(first, this.#watch.of(first).length + 1);
  }

  close(): void {
    this.#watch.unsubscribe();
  }
}

export type RoomMirror = Mirror<ConversationEvent>;
export type InboxMirror = Mirror<InboxEvent>;

const durable = new Set(Object.entries(ROOM_EVENTS).flatMap(([type, event]) => (event.durable ? type : [])));

export const openRoom = (shown: Shown, conversationId: string): Promise<RoomMirror> =>
  new Mirror<ConversationEvent>({
    watch: (lastEventId) => watchRoom(shown.person.client, conversationId, lastEventId),
    first: 'joined',
    load: async (watch) => {
      const { headSeq: cursor } = await watch.next('joined');
      shown.tell({ type: 'room', cursor, ...(await fetchRoom(shown.person.client, conversationId)) });
    },
    tell: (event, seq) => {
      shown.heard(`room:${event.type}`);
      if (event.type === 'reset') throw new Error('nobody is away for so long here');
      const cursor = shown.state.conversations.get(conversationId)?.room?.cursor ?? 0;
      if (durable.has(event.type) && seq > cursor + 1) throw new Error(`event ${seq} came after ${cursor}`);
      shown.tell({ type: 'room-event', conversationId, seq, event });
    },
  }).open();

export const openInbox = (shown: Shown): Promise<InboxMirror> =>
  new Mirror<InboxEvent>({
    watch: (lastEventId) => watchInbox(shown.person.client, lastEventId),
    first: 'connected',
    load: async () => {
      const page = await fetchList(shown.person.client);
      shown.tell(
        { type: 'conversations', cursor: null, page },
        { type: 'unread', ...listed(page.items).unread },
      );
    },
    tell: (event) => {
      shown.heard(`inbox:${event.type}`);
      if (event.type === 'reset') throw new Error('nobody is away for so long here');
      // What one read meanwhile on another device is not told again.
      if (event.type === 'connected' && event.payload.resumed) shown.isOutdated = true;
      shown.tell({ type: 'inbox-event', event });
    },
  }).open();

/** Waits until a room shows what a fetch gives, but for when someone has read while one was away. */
export async function agreeOnRoom(shown: Shown, mirror: RoomMirror, fetched: RoomPages): Promise<void> {
  const { id } = fetched.conversation;
  const expected = fetchedRoom(fetched);
  await agree(
    () => {
      mirror.catchUp();
      return shownRoom(shown.state, id);
    },
    (now) => {
      const unknown = new Set(now?.members.flatMap((one) => (one.readAt === null ? one.user.id : [])));
      if (!mirror.wasAway) return expected;
      const members = expected.members.map((one) =>
        unknown.has(one.user.id) ? { ...one, readAt: null } : one,
      );
      return { ...expected, members };
    },
  );
}

/** The same for a list. It is fetched again where the client does so: after one was away, and where it names what it misses. */
export async function agreeOnList(
  shown: Shown,
  mirrors: readonly { catchUp: () => void }[],
  fetched: readonly ConversationSummary[],
): Promise<void> {
  await agree(
    async () => {
      for (const mirror of mirrors) mirror.catchUp();
      if (shown.isOutdated || shown.state.missing.size > 0) await fetchAgain(shown);
      return shownList(shown.state);
    },
    () => listed(fetched),
  );
}

async function fetchAgain(shown: Shown): Promise<void> {
  shown.isOutdated = false;
  const page = await fetchList(shown.person.client);
  shown.tell({ type: 'recent-conversations', page }, { type: 'unread', ...listed(page.items).unread });
}

async function agree<Snapshot>(
  show: () => Snapshot | Promise<Snapshot>,
  wanted: (shown: Snapshot) => unknown,
): Promise<void> {
  const deadline = Date.now() + AGREES_WITHIN_MS;
  let now = await show();
  while (!isDeepStrictEqual(now, wanted(now)) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    now = await show();
  }
  expect(now).toEqual(wanted(now));
}
