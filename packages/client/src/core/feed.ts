/**
 * The subscription of a room or of the inbox, one however many watch. Each durable event takes effect once and in the
 * order of seq: what is there already is dropped, and a hole stops the feed, which resumes from its cursor. Its pages
 * are no older than where it attached; events that come before they are there wait, and take effect after them.
 */
import type { Seq } from '@parley/contract';
import type { AppRouter } from '@parley/server/api';
import type { TRPCClientError } from '@trpc/client';

import { backoff } from './backoff.ts';
import type { CacheAction } from './cache/action.ts';
import { isDurable, isKnown } from './durable.ts';
import type { ParleyClientError } from './errors.ts';
import type { Status } from './status.ts';

export interface FeedEvent {
  readonly type: PropertyKey;
  readonly payload: unknown;
}

interface Observer<Event> {
  onData: (value: { id: string; data: Event }) => void;
  onError: (error: TRPCClientError<AppRouter>) => void;
  onComplete: () => void;
}

export interface FeedOptions<Event extends FeedEvent> {
  subscribe: (after: { lastEventId?: string }, observer: Observer<Event>) => { unsubscribe(): void };
  /** Whether what is there no longer goes with what follows this event, so that pages are to be loaded anew. */
  outdates: (event: Event) => boolean;
  /** The newest pages. Tried again until they are there, `signal` is aborted or they are refused for good. */
  load: (cursor: Seq, signal: AbortSignal) => Promise<readonly CacheAction[]>;
  /** Pages and then events take effect. */
  apply: (pages: readonly CacheAction[], events: readonly Sequenced<Event>[]) => void;
  changed: (status: Status, error: ParleyClientError | null) => void;
  /** Nobody has watched for a while: what is there is no longer kept up. */
  left: () => void;
}

export interface Sequenced<Event> {
  readonly seq: Seq;
  readonly event: Event;
}

/** What is followed stays so for this time after the last watcher has gone: one often comes back. */
export const LINGER_MS = 30_000;
/** Events that wait for pages; beyond that everything begins anew. */
const MAX_WAITING = 1_000;
/** After so many holes in a row what is there is given up, and the newest pages are loaded. */
const MAX_HOLES = 3;

export class Feed<Event extends FeedEvent> {
  readonly #options: FeedOptions<Event>;
  /** The seq of the last durable event that has taken effect or waits to; null where nothing is loaded. */
  #cursor: Seq | null;
  #watchers = 0;
  #linger: ReturnType<typeof setTimeout> | undefined;
  /** Of the subscription that there is, or is to be. */
  #run: AbortController | null = null;
  #waiting: Sequenced<Event>[] | null = null;
  #failures = 0;
  #isOver = false;

  constructor(cursor: Seq | null, options: FeedOptions<Event>) {
    this.#cursor = cursor;
    this.#options = options;
  }

  get cursor(): Seq | null {
    return this.#waiting === null ? this.#cursor : null;
  }

  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  get isRunning(): boolean {
    return this.#run !== null;
  }

  /** Follows it until what is returned is called, and a short while longer. */
  watch(): () => void {
    this.#watchers += 1;
    clearTimeout(this.#linger);
    this.resume();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#watchers -= 1;
      if (!this.isWatched && this.isRunning) this.#linger = setTimeout(() => this.#leave(), LINGER_MS);
    };
  }

  /** Starts it where someone watches, also after it failed. */
  resume(): void {
    if (!this.isWatched || this.isRunning || this.#isOver) return;
    if (this.#cursor === null) this.#options.changed('loading', null);
    this.#start(0);
  }

  /** What is there stays, for {@link resume} to go on from. */
  stop(): void {
    clearTimeout(this.#linger);
    this.#run?.abort();
    this.#run = null;
    // Without their pages the events that waited are of no use.
    if (this.#waiting !== null) this.#cursor = null;
    this.#waiting = null;
  }

  /** For good: what is there stays, and what is not cannot be had. */
  end(error: ParleyClientError): void {
    this.#isOver = true;
    this.stop();
    if (this.#cursor === null) this.#options.changed('failed', error);
  }

  /** Nothing is there any more. */
  forget(): void {
    this.stop();
    this.#cursor = null;
    this.#options.changed('loading', null);
  }

  /** Stays so until {@link resume}, which begins anew. */
  fail(error: ParleyClientError): void {
    this.stop();
    this.#cursor = null;
    this.#options.changed('failed', error);
  }

  #leave(): void {
    this.stop();
    this.#options.left();
  }

  /** Loads the pages again, unless they are on their way. */
  reload(): void {
    if (this.#waiting === null) this.#load();
  }

  /** What comes meanwhile takes effect after the pages. */
  #load(): void {
    const run = this.#run;
    if (run === null || this.#cursor === null) return;
    const waiting = (this.#waiting = [...(this.#waiting ?? [])]);
    const isCurrent = () => run === this.#run && waiting === this.#waiting;
    this.#options.load(this.#cursor, run.signal).then(
      (pages) => {
        if (!isCurrent()) return;
        this.#waiting = null;
        this.#options.apply(pages, waiting);
        this.#options.changed('ready', null);
      },
      (error: ParleyClientError) => {
        if (isCurrent()) this.fail(error);
      },
    );
  }

  #start(delayMs: number): void {
    this.#run?.abort();
    const run = (this.#run = new AbortController());
    const { signal } = run;
    const open = () => {
      if (signal.aborted) return;
      const after = this.#cursor === null ? {} : { lastEventId: String(this.#cursor) };
      const subscription = this.#options.subscribe(after, {
        onData: ({ id, data }) => !signal.aborted && this.#receive({ seq: Number(id), event: data }),
        onError: (error) => !signal.aborted && this.fail(error),
        onComplete: () => !signal.aborted && this.#restart(),
      });
      signal.addEventListener('abort', () => subscription.unsubscribe());
    };
    // Who watches is there first; the page that waits for it is kept waiting no longer than that.
    if (delayMs === 0) return queueMicrotask(open);
    const timer = setTimeout(open, delayMs);
    signal.addEventListener('abort', () => clearTimeout(timer));
  }

  /** Goes on from the cursor. Where that leads to holes only, it begins anew. */
  #restart(): void {
    this.#failures += 1;
    if (this.#waiting !== null || this.#failures > MAX_HOLES) {
      this.#waiting = null;
      this.#cursor = null;
    }
    this.#start(this.#failures === 1 ? 0 : backoff(this.#failures - 1, Math.random()));
  }

  #receive(next: Sequenced<Event>): void {
    const { seq, event } = next;
    const isOutdating = this.#options.outdates(event);
    if (isOutdating) this.#cursor = seq;
    const cursor = this.#cursor ?? seq;
    const isFact = isDurable(event.type);
    if (isFact && seq <= cursor) return;
    // An ephemeral event of the next seq tells of a hole. One whose type is not known may, where it comes again, be a
    // durable event of a newer server.
    const isAhead = seq > cursor && !isFact && (isKnown(event.type) || this.#failures === 0);
    const isHole = seq > cursor + 1 || isAhead;
    if (isHole || this.#waiting?.length === MAX_WAITING) return this.#restart();
    if (seq > cursor) this.#failures = 0;
    this.#cursor = Math.max(seq, cursor);
    if (this.#waiting === null && !isOutdating) this.#options.apply([], [next]);
    else (this.#waiting ??= []).push(next);
    if (isOutdating) this.#load();
  }
}
