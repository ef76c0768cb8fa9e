/** What a room and the inbox have in common: watching, listening, iterating, and a view that changes only when it does. */
import type { Seq } from '@parley/contract';

import type { CacheAction } from './cache/action.ts';
import { NOT_LOADING, type Loading } from './cache/views.ts';
import { isParleyError, type ParleyClientError } from './errors.ts';
import { Failure } from './failure.ts';
import { Feed, type FeedEvent, type FeedOptions, type Sequenced } from './feed.ts';
import { iterate } from './iterate.ts';
import type { Status } from './status.ts';
import type { Store, Stored } from './store.ts';
import { notify, Source, watchView } from './subscribable.ts';

interface Loaded {
  readonly status: Status;
  readonly error: ParleyClientError | null;
}

/** How far loading has come: as a whole, and of each list that is loaded page by page. */
export type Progress<List extends string> = Loaded & { readonly [Name in List]: Loading };

export abstract class Live<View extends Loaded, Event extends FeedEvent, List extends string> {
  protected readonly store: Store;
  readonly feed: Feed<Event>;
  readonly #progress: Source<Progress<List>>;
  readonly #lists: { readonly [Name in List]: Loading };
  readonly #listeners = new Set<(event: Event) => void>();
  #isOver = false;
  #seen: { stored: Stored; progress: Progress<List>; view: View } | undefined;

  protected constructor(store: Store, cursor: Seq | null, lists: { readonly [Name in List]: Loading }) {
    this.store = store;
    this.#lists = lists;
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
  protected gone(): void {}
  protected left(): void {}
  protected watch(): () => void {
    return this.feed.watch();
  }

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
    watchView(this, listener, [this.store.subscribe, this.#progress.subscribe, () => this.watch()]);

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
    let follows = 0;
    return iterate<Event>((sink) => {
      follows += 1;
      const isBehind = follows > 1;
      const settle = () => {
        const { error } = this.#progress.getSnapshot();
        if (this.#isOver) sink.end();
        else if (isBehind) sink.end(new Error('Too many events wait'));
        else if (error !== null) sink.end(error);
      };
      const ends = [this.#listen(sink.next), this.#progress.subscribe(settle)];
      settle();
      return () => {
        for (const end of ends) end();
      };
    });
  }

  /** For good: loops end, and what is not loaded is not to be had. */
  end(): void {
    this.#isOver = true;
    this.feed.end(new Failure('The client is closed'));
    this.#set({});
  }

  /** Nothing is there any more: it begins anew, or, with an error, is not to be had. */
  forget(error: ParleyClientError | null): void {
    this.feed.forget();
    this.#set(this.#lists);
    if (error !== null) this.feed.fail(error);
  }

  /** Loads a page of a list, one at a time. That it failed is in the view; what was forgotten meanwhile is not. */
  async more(list: List, page: () => Promise<CacheAction>): Promise<void> {
    const now = () => this.#progress.getSnapshot()[list];
    if (now().isLoading) return;
    const loading: Loading = { isLoading: true, error: null };
    const set = (next: Loading) => this.#set({ [list]: next });
    set(loading);
    try {
      const told = await page();
      if (now() !== loading) return;
      this.store.dispatch(told);
      set(NOT_LOADING);
    } catch (error) {
      if (now() === loading) set({ isLoading: false, error: error as ParleyClientError });
    }
  }

  #set(change: object): void {
    this.#progress.set({ ...this.#progress.getSnapshot(), ...change });
  }

  #listen(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    const unwatch = this.watch();
    return () => {
      this.#listeners.delete(listener);
      unwatch();
    };
  }
}
