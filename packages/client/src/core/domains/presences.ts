/** Who is there, of the people that someone watches: asked for together, once each, and kept up by what feeds tell. */
import type { Id, InboxEvent } from '@parley/contract';

import { presenceViewer } from '../cache/views-list.ts';
import type { Core } from '../core.ts';
import type { ParleyClientError } from '../errors.ts';
import type { Feed } from '../feed.ts';
import { Source, watchView, type Subscribable } from '../subscribable.ts';
import type { PresenceView } from './presence.ts';

/** As many as one call may ask for. */
const AT_ONCE = 250;

interface Progress {
  /** Those whom the server was asked for, and has answered. */
  readonly known: ReadonlySet<Id>;
  readonly failed: ReadonlyMap<Id, ParleyClientError>;
}

const NOTHING: Progress = { known: new Set(), failed: new Map() };

export class Presences {
  readonly #core: Core;
  /** Of the inbox, where presence is told. */
  readonly #feed: Feed<InboxEvent>;
  readonly #progress = new Source<Progress>(NOTHING);
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
      const { known, failed } = this.#progress.getSnapshot();
      const error = userIds.map((id) => failed.get(id)).find(Boolean) ?? null;
      const isKnown = userIds.every((id) => known.has(id));
      const status = isKnown ? 'ready' : error === null ? 'loading' : 'failed';
      return toView(store.cache, { status, error: isKnown ? null : error });
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
          this.#progress.subscribe,
          () => this.#feed.watch(),
          ask,
        ]),
    };
  }

  /** Whom the server was asked for in vain is asked for again. */
  #retry(userIds: readonly Id[]): void {
    const { known, failed } = this.#progress.getSnapshot();
    const others = [...failed].filter(([id]) => !userIds.includes(id));
    if (others.length < failed.size) this.#progress.set({ known, failed: new Map(others) });
  }

  /** What was told while the connection was away is lost: asks again. */
  refresh(): void {
    this.#fresh.clear();
    this.#ask();
  }

  /** Another person is here. */
  forget(): void {
    this.#progress.set(NOTHING);
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
      const { known } = this.#progress.getSnapshot();
      this.#progress.set({ known: new Set([...known, ...userIds]), failed: NOTHING.failed });
    } catch (error) {
      for (const id of userIds) this.#fresh.delete(id);
      const { known, failed } = this.#progress.getSnapshot();
      const own = userIds.map((id) => [id, error as ParleyClientError] as const);
      this.#progress.set({ known, failed: new Map([...failed, ...own]) });
    }
  }
}
