import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { CacheAction } from './cache/action.ts';
import { unauthorised, type ParleyClientError } from './errors.ts';
import { Feed, LINGER_MS, type FeedOptions } from './feed.ts';
import type { Status } from './status.ts';

interface Event {
  type: string;
  payload: unknown;
}
type Observer = Parameters<FeedOptions<Event>['subscribe']>[1];

const PAGE: CacheAction = { type: 'unread', messages: 0, conversations: 0 };

/** A feed, and a server's end of it that says what it is told to. */
class Stage {
  /** Where each subscription that was asked for goes on; null is the head. */
  readonly asked: (string | null)[] = [];
  readonly applied: string[] = [];
  readonly statuses: Status[] = [];
  ended = 0;
  left = 0;
  #observer: Observer | undefined;
  #loads: { resolve: (pages: readonly CacheAction[]) => void; reject: (error: ParleyClientError) => void }[] =
    [];

  readonly feed: Feed<Event>;

  constructor(cursor: number | null = null) {
    this.feed = new Feed<Event>(cursor, {
      subscribe: ({ lastEventId = null }, observer) => {
        this.asked.push(lastEventId);
        this.#observer = observer;
        return { unsubscribe: () => (this.ended += 1) };
      },
      outdates: ({ type, payload }) => type === 'reset' || (type === 'joined' && payload === 'new'),
      load: () => new Promise((resolve, reject) => this.#loads.push({ resolve, reject })),
      apply: (pages, events) => {
        if (pages.length > 0) this.applied.push('pages');
        this.applied.push(...events.map(({ seq, event }) => `${event.type} ${seq}`));
      },
      changed: (status) => this.statuses.push(status),
      left: () => (this.left += 1),
    });
  }

  async tell(seq: number, type = 'message', payload: unknown = null): Promise<void> {
    this.#observer?.onData({ id: String(seq), data: { type, payload } });
    await vi.advanceTimersByTimeAsync(0);
  }

  /** Joined at a seq, with the pages that were asked for. */
  async join(seq: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
    await this.tell(seq, 'joined', 'new');
    await this.load();
  }

  async load(error?: ParleyClientError): Promise<void> {
    const load = this.#loads.shift();
    if (error === undefined) load?.resolve([PAGE]);
    else load?.reject(error);
    await vi.advanceTimersByTimeAsync(0);
  }

  fail(error: ParleyClientError): void {
    this.#observer?.onError(error);
  }

  complete(): void {
    this.#observer?.onComplete();
  }
}

describe('a feed', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const watched = async (seq: number) => {
    const stage = new Stage();
    const leave = stage.feed.watch();
    await stage.join(seq);
    stage.applied.length = 0;
    return { stage, leave };
  };

  it('holds back what comes while pages are on their way, and applies it after them', async () => {
    const stage = new Stage();
    stage.feed.watch();
    await vi.advanceTimersByTimeAsync(0);
    await stage.tell(5, 'joined', 'new');
    await stage.tell(6);
    await stage.tell(6, 'typing');
    expect(stage.applied).toEqual([]);
    expect(stage.feed.cursor).toBeNull();
    await stage.load();
    expect(stage.applied).toEqual(['pages', 'joined 5', 'message 6', 'typing 6']);
    expect(stage.statuses).toEqual(['loading', 'ready']);
    expect(stage.feed.cursor).toBe(6);
  });

  it('drops what it has, and keeps what is told once', async () => {
    const { stage } = await watched(5);
    for (const seq of [6, 6, 5, 7]) await stage.tell(seq);
    await stage.tell(7, 'typing');
    await stage.tell(7, 'host-event');
    expect(stage.applied).toEqual(['message 6', 'message 7', 'typing 7', 'host-event 7']);
    expect(stage.asked).toEqual([null]);
  });

  it.each(['message', 'typing'])('resumes from its cursor where a %s shows a hole', async (type) => {
    const { stage } = await watched(5);
    await stage.tell(6);
    await stage.tell(8, type);
    expect(stage.asked).toEqual([null, '6']);
    expect(stage.ended).toBe(1);
    for (const seq of [7, 8]) await stage.tell(seq);
    expect(stage.applied).toEqual(['message 6', 'message 7', 'message 8']);
  });

  it('begins anew where it finds holes only, less and less often', async () => {
    const { stage } = await watched(5);
    for (let hole = 0; hole < 4; hole += 1) {
      await stage.tell(9);
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(stage.asked).toEqual([null, '5', '5', '5', null]);
    await stage.join(9);
    expect(stage.applied).toEqual(['pages', 'joined 9']);
    await stage.tell(10);
    expect(stage.applied.at(-1)).toBe('message 10');
  });

  it('takes a durable event of a newer server for one when it comes again', async () => {
    const { stage } = await watched(5);
    await stage.tell(6, 'poll-created');
    expect(stage.asked).toEqual([null, '5']);
    await stage.tell(6, 'poll-created');
    await stage.tell(7);
    expect(stage.applied).toEqual(['poll-created 6', 'message 7']);
    expect(stage.asked).toHaveLength(2);
  });

  it('loads the pages again after a reset, and goes on from there', async () => {
    const { stage } = await watched(5);
    await stage.tell(900, 'reset');
    await stage.tell(901);
    await stage.load();
    expect(stage.applied).toEqual(['pages', 'reset 900', 'message 901']);
    expect(stage.asked).toEqual([null]);
  });

  it('holds back no more than it may, and begins anew', async () => {
    const stage = new Stage();
    stage.feed.watch();
    await vi.advanceTimersByTimeAsync(0);
    await stage.tell(0, 'joined', 'new');
    for (let seq = 1; seq <= 1_000; seq += 1) await stage.tell(seq);
    expect(stage.asked).toEqual([null, null]);
    // Those pages are of no use any more.
    await stage.load();
    expect(stage.applied).toEqual([]);
    await stage.join(1_000);
    expect(stage.applied).toEqual(['pages', 'joined 1000']);
  });

  it('stays a while after the last watcher, and resumes for the next one', async () => {
    const { stage, leave } = await watched(5);
    leave();
    leave();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    stage.feed.watch()();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    await stage.tell(6);
    expect([stage.ended, stage.left]).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([stage.ended, stage.left]).toEqual([1, 1]);
    await stage.tell(7);
    expect(stage.applied).toEqual(['message 6']);
    stage.feed.watch();
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.asked).toEqual([null, '6']);
    expect(stage.statuses).toEqual(['loading', 'ready']);
  });

  it('fails for good where it is refused, until someone watches again', async () => {
    const { stage } = await watched(5);
    stage.fail(unauthorised('unauthenticated'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stage.statuses.at(-1)).toBe('failed');
    expect(stage.asked).toEqual([null]);
    stage.feed.watch();
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.statuses.at(-1)).toBe('loading');
    expect(stage.asked).toEqual([null, null]);
    await stage.tell(7, 'joined', 'new');
    await stage.load(unauthorised('unauthenticated'));
    expect(stage.statuses.at(-1)).toBe('failed');
  });

  it('comes back where the server has completed it, later each time', async () => {
    const { stage } = await watched(5);
    stage.complete();
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.asked).toEqual([null, '5']);
    stage.complete();
    await vi.advanceTimersByTimeAsync(200);
    expect(stage.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(800);
    expect(stage.asked).toEqual([null, '5', '5']);
  });
});
