/** Who is there, of the people that someone watches: asked for together, once each, and kept up by what feeds tell. */
import type { Id, InboxEvent } from '@parley/contract';

import { presenceViewer } from '../cache/views-list.ts';
import type { Core } from '../core.ts';
import { isParleyError, type ParleyClientError } from '../errors.ts';
import type { Feed } from '../feed.ts';
import { Source, watchView, type Subscribable } from '../subscribable.ts';
import type { PresenceView } from './presence.ts';

/** As many as one call may ask for. */
const AT_ONCE = 250;

/** Of those whom the server was asked for: null once it has answered, and before that why it did not. */
type Told = ReadonlyMap<Id, ParleyClientError | null>;

export class Presences {
  readonly #core: Core;
  /** Of the inbox, where presence is told. */
  readonly #feed: Feed<InboxEvent>;
  readonly #told = new Source<Told>(new Map());
  readonly #watched = new Set<readonly Id[]>();
  /** Those who need not be asked for. */
  readonly #fresh = new Set<Id>();
  #isDue = false;

  constructor(core: Core, feed: Feed<InboxEvent>) {
    this.#core = core;
    this.#feed = feed;
  }

  of(userIds: readonly Id[]): Subscribable<PresenceView> {
    const { store } = this.#core;
    const toView = presenceViewer(userIds);
    const getSnapshot = () => {
      const told = userIds.map((id) => this.#told.getSnapshot().get(id));
      const error = told.find(Boolean) ?? null;
      const status = error !== null ? 'failed' : told.includes(undefined) ? 'loading' : 'ready';
      return toView(store.cache, { status, error });
    };
    const ask = () => {
      const own = [...userIds];
      this.#watched.add(own);
      this.#retry(own);
      this.#ask();
      return () => {
        this.#watched.delete(own);
        if (this.#watched.size === 0) this.#fresh.clear();
      };
    };
    return {
      getSnapshot,
      subscribe: (listener) =>
        watchView({ getSnapshot }, listener, [
          store.subscribe,
          this.#told.subscribe,
          () => this.#feed.watch(),
          ask,
        ]),
    };
  }

  /** Whom the server was asked for in vain is asked for again. */
  #retry(userIds: readonly Id[]): void {
    const told = this.#told.getSnapshot();
    const others = [...told].filter(([id, error]) => error === null || !userIds.includes(id));
    if (others.length < told.size) this.#told.set(new Map(others));
  }

  /** What was told while the connection was away is lost: asks again. */
  refresh(): void {
    this.#fresh.clear();
    this.#ask();
  }

  /** Another person is here. */
  forget(): void {
    this.#told.set(new Map());
    this.#fresh.clear();
  }

  /** Not before the inbox is followed: what changed in between would be missed. */
  #ask(): void {
    if (this.#isDue || !this.#feed.isRunning || this.#feed.cursor === null) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      const wanted = [...new Set([...this.#watched].flat())].filter((id) => !this.#fresh.has(id));
      for (let at = 0; at < wanted.length; at += AT_ONCE) void this.#askFor(wanted.slice(at, at + AT_ONCE));
    });
  }

  async #askFor(userIds: Id[]): Promise<void> {
    for (const id of userIds) this.#fresh.add(id);
    try {
      const presence = await this.#core.call((calls) => calls.presence.get.query({ userIds }));
      this.#core.store.dispatch({ type: 'presence', presence });
      this.#tell(userIds, null);
    } catch (error) {
      const half = userIds.length >> 1;
      if (half > 0 && isParleyError(error, 'invalid_input')) {
        // What is no id is nobody else's affair.
        void this.#askFor(userIds.slice(0, half));
        return this.#askFor(userIds.slice(half));
      }
      for (const id of userIds) this.#fresh.delete(id);
      this.#tell(userIds, error as ParleyClientError);
    }
  }

  /** Who is known stays so. */
  #tell(userIds: readonly Id[], error: ParleyClientError | null): void {
    const told = new Map(this.#told.getSnapshot());
    for (const id of userIds) if (told.get(id) !== null) told.set(id, error);
    this.#told.set(told);
  }
}
