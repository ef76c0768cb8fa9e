/** What a room and the inbox have in common: watching, listening, iterating, and a view that changes only when it does. */
import type { Seq } from '@parley/contract';
import { TRPCClientError } from '@trpc/client';

import type { CacheAction } from './cache/action.ts';
import type { Loading } from './cache/views.ts';
import { isParleyError, type ParleyClientError } from './errors.ts';
import { Feed, type FeedEvent, type FeedOptions, type Sequenced } from './feed.ts';
import type { Status } from './status.ts';
import type { Store, Stored } from './store.ts';
import { notify, Source, watchView } from './subscribable.ts';

interface Loaded {
  readonly status: Status;
  readonly error: ParleyClientError | null;
}

/** How far loading has come: as a whole, and of each list that is loaded page by page. */
export type Progress<List extends string> = Loaded & { readonly [Name in List]: Loading };

/** Events that wait for a loop over them; one that is further behind ends with an error. */
const MAX_BEHIND = 1_000;

export abstract class Live<View extends Loaded, Event extends FeedEvent, List extends string> {
  protected readonly store: Store;
  readonly feed: Feed<Event>;
  readonly #progress: Source<Progress<List>>;
  readonly #listeners = new Set<(event: Event) => void>();
  #isOver = false;
  #seen: { stored: Stored; progress: Progress<List>; view: View } | undefined;

  protected constructor(store: Store, cursor: Seq | null, lists: { readonly [Name in List]: Loading }) {
    this.store = store;
    const status = cursor === null ? 'loading' : 'ready';
    this.#progress = new Source<Progress<List>>({ ...lists, status, error: null });
    this.feed = new Feed(cursor, {
      subscribe: (after, observer) => this.follow(after, observer),
      outdates: (event) => this.outdates(event),
      load: (cursor, signal) => this.pages(cursor, signal),
      apply: (pages, events) => {
        store.dispatch(...pages, ...events.map((one) => this.action(one)));
        if (pages.length > 0) this.loaded();
        for (const { event } of events) {
          this.heard(event);
          for (const listener of [...this.#listeners]) notify(() => listener(event));
        }
      },
      changed: (status, error) => {
        if (isParleyError(error, 'not_a_participant')) this.gone();
        this.#set({ status, error });
      },
      left: () => this.left(),
    });
  }

  protected abstract view(stored: Stored, progress: Progress<List>): View;
  protected abstract follow(...args: Parameters<FeedOptions<Event>['subscribe']>): { unsubscribe(): void };
  protected abstract outdates(event: Event): boolean;
  protected abstract pages(cursor: Seq, signal: AbortSignal): Promise<readonly CacheAction[]>;
  /** After pages have taken effect. */
  protected abstract loaded(): void;
  protected abstract action(one: Sequenced<Event>): CacheAction;
  /** Nothing of it may be shown any more. */
  gone(): void {}
  protected left(): void {}
  /** After it has taken effect. */
  protected abstract heard(event: Event): void;

  get status(): Status {
    return this.getSnapshot().status;
  }

  get cursor(): Seq | null {
    return this.feed.cursor;
  }

  readonly getSnapshot = (): View => {
    const stored = this.store.getSnapshot();
    const progress = this.#progress.getSnapshot();
    if (this.#seen?.stored !== stored || this.#seen.progress !== progress) {
      this.#seen = { stored, progress, view: this.view(stored, progress) };
    }
    return this.#seen.view;
  };

  readonly subscribe = (listener: () => void): (() => void) =>
    watchView(this, listener, [this.store.subscribe, this.#progress.subscribe, () => this.feed.watch()]);

  readonly load = (): Promise<View> =>
    new Promise((resolve, reject) => {
      const settle = () => {
        const view = this.getSnapshot();
        if (view.status === 'loading') return;
        end();
        if (view.error === null) resolve(view);
        else reject(view.error);
      };
      const end = this.subscribe(settle);
      settle();
    });

  readonly on = (type: Event['type'], listener: (payload: never, event: never) => void): (() => void) =>
    this.#listen((event) => {
      if (event.type === type) listener(event.payload as never, event as never);
    });

  /** Follows it while the loop goes on. It ends with `close()`, and throws why it failed. */
  [Symbol.asyncIterator](): AsyncGenerator<Event, void> {
    const turn = { isOver: false };
    const loop = this.#loop(turn);
    const end = loop.return.bind(loop);
    // By itself a generator that waits for an event would not hear of it before there is one.
    loop.return = (value) => {
      turn.isOver = true;
      this.#set({});
      return end(value);
    };
    return loop;
  }

  async *#loop(turn: { isOver: boolean }): AsyncGenerator<Event, void> {
    const waiting: Event[] = [];
    let wake = () => {};
    const ends = [
      this.#listen((event) => {
        waiting.push(event);
        wake();
      }),
      this.#progress.subscribe(() => wake()),
    ];
    try {
      while (!(this.#isOver || turn.isOver)) {
        const { error } = this.#progress.getSnapshot();
        if (waiting.length > MAX_BEHIND) throw new Error('Too many events wait');
        const [event] = waiting.splice(0, 1);
        if (event !== undefined) yield event;
        else if (error !== null) throw error;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      for (const end of ends) end();
    }
  }

  /** For good: loops end, and what is not loaded is not to be had. */
  end(): void {
    this.#isOver = true;
    this.feed.end(new TRPCClientError('The client is closed'));
    this.#set({});
  }

  /** Nothing is there any more: it begins anew, or, with an error, is not to be had. */
  forget(error: ParleyClientError | null): void {
    this.feed.forget();
    if (error !== null) this.feed.fail(error);
  }

  /** Loads a page of a list, one at a time. That it failed is in the view. */
  async more(list: List, page: () => Promise<CacheAction>): Promise<void> {
    if (this.#progress.getSnapshot()[list].isLoading) return;
    const set = (isLoading: boolean, error: ParleyClientError | null) =>
      this.#set({ [list]: { isLoading, error } });
    set(true, null);
    try {
      this.store.dispatch(await page());
      set(false, null);
    } catch (error) {
      set(false, error as ParleyClientError);
    }
  }

  #set(change: object): void {
    this.#progress.set({ ...this.#progress.getSnapshot(), ...change });
  }

  #listen(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    const unwatch = this.feed.watch();
    return () => {
      this.#listeners.delete(listener);
      unwatch();
    };
  }
}
