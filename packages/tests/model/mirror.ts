/** What a client shows: fetched once, and from then on changed by events alone, also after it was away. */
import { isDeepStrictEqual } from 'node:util';

import type { ConversationEvent, InboxEvent } from '@parley/contract';
import { expect } from 'vitest';

import type { Person } from '../harness/people.ts';
import { watchInbox, watchRoom, type Watch } from '../harness/watch.ts';
import { reduceInbox, type InboxInput } from './reduce-inbox.ts';
import { reduceRoom, type RoomState } from './reduce-room.ts';
import { fetchInbox, fetchRoom, type InboxSnapshot, type RoomSnapshot } from './snapshot.ts';

const AGREES_WITHIN_MS = 5_000;

interface MirrorOptions<State, Event extends ConversationEvent | InboxEvent> {
  heard: (type: Event['type']) => void;
  watch: (lastEventId?: string) => Watch<Event>;
  /** The first value of each subscription. */
  first: Event['type'];
  fetch: () => Promise<State>;
  reduce: (state: State, seq: number, event: Event) => State;
}

export class Mirror<State, Event extends ConversationEvent | InboxEvent> {
  readonly #options: MirrorOptions<State, Event>;
  #watch: Watch<Event>;
  #state: State | undefined;
  #applied = 0;
  #lastEventId: string | undefined;

  constructor(options: MirrorOptions<State, Event>) {
    this.#options = options;
    this.#watch = options.watch();
  }

  /** Subscribes, and fetches once it is attached. */
  async open(): Promise<this> {
    await this.#watch.next(this.#options.first);
    this.#state = await this.#options.fetch();
    // What came before the fetch is in it.
    this.#applied = 1;
    return this;
  }

  get state(): State {
    if (this.#state === undefined) throw new Error('not opened yet');
    if (this.#watch.errors.length > 0) throw new Error(JSON.stringify(this.#watch.errors));
    const { delivered } = this.#watch;
    for (; this.#applied < delivered.length; this.#applied += 1) {
      const one = delivered[this.#applied];
      if (one === undefined) break;
      this.#options.heard(one.data.type);
      this.#state = this.#options.reduce(this.#state, Number(one.id), one.data);
    }
    return this.#state;
  }

  set state(state: State) {
    this.#state = state;
  }

  /** Unsubscribes; what happens meanwhile is missed. */
  leave(): void {
    void this.state;
    this.#lastEventId = this.#watch.delivered.at(-1)?.id;
    this.#watch.unsubscribe();
  }

  /** Goes on after the last event that came. */
  async resume(): Promise<void> {
    this.#watch = this.#options.watch(this.#lastEventId);
    this.#applied = 0;
    await this.#watch.next(this.#options.first);
  }

  /** Begins to wait for the next `joined` or `connected`. */
  async again(): Promise<void> {
    const { first } = this.#options;
    await this.#watch.next(first, this.#watch.of(first).length + 1);
  }

  close(): void {
    this.#watch.unsubscribe();
  }
}

export type RoomMirror = Mirror<RoomState, ConversationEvent>;
export type InboxMirror = Mirror<InboxSnapshot, InboxEvent>;

/** Called with `room:message` and the like. */
type Heard = (type: string) => void;

export const openRoom = (person: Person, conversationId: string, heard: Heard): Promise<RoomMirror> =>
  new Mirror<RoomState, ConversationEvent>({
    watch: (lastEventId) => watchRoom(person.client, conversationId, lastEventId),
    heard: (type) => heard(`room:${type}`),
    first: 'joined',
    fetch: async () => ({ shown: await fetchRoom(person.client, conversationId), membersSeq: 0 }),
    reduce: reduceRoom,
  }).open();

export const openInbox = (person: Person, heard: Heard): Promise<InboxMirror> =>
  new Mirror<InboxSnapshot, InboxEvent>({
    watch: (lastEventId) => watchInbox(person.client, lastEventId),
    heard: (type) => heard(`inbox:${type}`),
    first: 'connected',
    fetch: () => fetchInbox(person.client),
    reduce: (rows, _seq, event) => reduceInbox(rows, event),
  }).open();

/** Waits until a room shows what a fetch gives, but for what it knows that it does not know. */
export async function agreeOnRoom(mirror: RoomMirror, fetched: RoomSnapshot): Promise<void> {
  await agree(
    () => mirror.state.shown,
    (shown) => {
      const unknown = new Set(
        shown.members.filter(({ readAt }) => readAt === 'unknown').map(({ user }) => user.id),
      );
      const members = fetched.members.map((member) =>
        unknown.has(member.user.id) ? { ...member, readAt: 'unknown' as const } : member,
      );
      return { ...fetched, members };
    },
  );
}

/** The same for an inbox. What it has missed is then taken from the fetch, as a client fetches its list again. */
export async function agreeOnInbox(mirror: InboxMirror, fetched: InboxSnapshot): Promise<void> {
  await agree(
    () => mirror.state,
    (shown) =>
      Object.fromEntries(
        Object.entries(fetched).map(([id, row]) => [
          id,
          shown[id]?.unreadCount === 'unknown' ? { ...row, unreadCount: 'unknown' as const } : row,
        ]),
      ),
  );
  mirror.state = fetched;
}

/** One's own messages are told by the answers to their sending. */
export function tellInbox(mirror: InboxMirror, input: Extract<InboxInput, { type: 'sent' }>): void {
  mirror.state = reduceInbox(mirror.state, input);
}

async function agree<T>(shown: () => T, fetched: (shown: T) => T): Promise<void> {
  const deadline = Date.now() + AGREES_WITHIN_MS;
  while (!isDeepStrictEqual(shown(), fetched(shown())) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(shown()).toEqual(fetched(shown()));
}
