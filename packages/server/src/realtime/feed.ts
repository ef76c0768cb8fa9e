/**
 * A subscription: attach, replay, live. The reader is attached to the live topic before anything is read, and then
 * follows the log from its cursor: nothing falls between the two. Every value is tracked; an ephemeral one carries
 * the cursor of the durable one before it, so the last id a client saw is always the right place to resume. A reader
 * that meets its own removal ends before it: docs/decisions/0011-protocol-of-a-reader.md has the rules by number.
 */
import { LIMITS } from '@parley/contract/schemas';
import { tracked, type TrackedEnvelope } from '@trpc/server';

import type { Connection, Line } from '../core/connection.ts';
import { refusalOfOutage } from '../core/database-outage.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Metrics } from '../core/metrics.ts';
import { Refusal } from '../core/refusal.ts';
import { isInbox } from '../core/topics.ts';
import { FeedReader, type Waiter } from './feed-reader.ts';
import type { Follower } from './follower.ts';
import type { Hub } from './hub.ts';
import { placeOf } from './place.ts';
import type { Page, Seat } from './seat.ts';

export interface FeedOptions<Event extends AnyEvent> {
  hub: Hub;
  metrics: Metrics;
  connection: Connection;
  /** Its own way to its peer, for what needs no generator: docs/decisions/0019-delivery-without-the-generator.md. */
  line: Line | undefined;
  /** Ends it; one with a line is ended by its `return`, and keeps no signal. */
  signal: AbortSignal;
  follower: Follower<Event>;
  /** Where the client says it is; undefined for a new subscription, which begins at the head. */
  lastEventId: string | null | undefined;
}

type Value<Event> = TrackedEnvelope<Event>;
type Step<Event> = IteratorResult<Value<Event>, void>;

const OVER = { done: true, value: undefined } as const;

/**
 * Not a generator: one that waits keeps a frame with everything that it has ever looked at, and there is one for each
 * subscription of each connection. Whoever takes steps by {@link Feed.poll} holds no promise either while nothing happens.
 */
export class Feed<Event extends AnyEvent> implements AsyncIterableIterator<Value<Event>, void> {
  readonly #hub: Hub;
  readonly #metrics: Metrics;
  readonly #connection: Connection;
  readonly #signal: AbortSignal | undefined;
  readonly #follower: Follower<Event>;
  readonly #reader: FeedReader;
  #asked: number | undefined;
  #seat: Seat | undefined;
  #state: 'new' | 'open' | 'left' = 'new';
  #isGreeted = false;
  /** What was read and is not told yet. */
  #page: (Page & { told: number }) | undefined;
  #reset: Value<Event> | undefined;
  /** What one that was opened is to tell first. */
  #first: Step<Event> | undefined;
  /** The step under way, or the last one. */
  #step: Promise<Step<Event> | undefined> | undefined;
  #forget: (() => void) | undefined;

  constructor({ hub, metrics, connection, line, signal, follower, lastEventId }: FeedOptions<Event>) {
    this.#hub = hub;
    this.#metrics = metrics;
    this.#connection = connection;
    this.#signal = line === undefined ? signal : undefined;
    this.#follower = follower;
    this.#asked = typeof lastEventId === 'string' ? Number(lastEventId) : undefined;
    this.#reader = new FeedReader(this, { connection, metrics, line });
  }

  get userId(): string {
    return this.#follower.userId;
  }

  get looksAt(): ReadonlySet<string> {
    return this.#follower.looksAt;
  }

  /** Whether an event may go to the peer as it is. */
  passes(event: AnyEvent, isDurable: boolean): boolean {
    const follower = this.#follower;
    if (!isDurable) return follower.hears === undefined;
    return !follower.removes(event as Event) && follower.show(event as Event) === event;
  }

  /** Opens it at once: whoever is refused is so before it is followed. */
  async opened(): Promise<this> {
    this.#first = await this.next();
    this.#leaveUnfollowed();
    return this;
  }

  /** Called when its connection ends. */
  end(cause: unknown): void {
    this.#reader.end(cause);
    this.#leaveUnfollowed();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step<Event>> {
    const step = this.#untilStep();
    this.#step = step;
    return step;
  }

  /** The same for whoever need not be kept waiting: undefined where there is nothing yet, and `waiter` is called when there may be. */
  poll(waiter: Waiter): Promise<Step<Event> | undefined> {
    const step = this.#advance(waiter);
    this.#step = this.#reader.waits ? undefined : step;
    return step;
  }

  /** Ends it, also while a value is waited for. */
  async return(): Promise<Step<Event>> {
    this.#reader.stop();
    await this.#step?.catch(() => undefined);
    this.#leave();
    return OVER;
  }

  async #untilStep(): Promise<Step<Event>> {
    for (;;) {
      let woken: () => void = () => undefined;
      const waiting = new Promise<void>((resolve) => (woken = resolve));
      const step = await this.#advance({ woken });
      if (step !== undefined) return step;
      await waiting;
    }
  }

  /** Undefined where there is nothing yet: the waiter will be called. */
  async #advance(waiter: Waiter): Promise<Step<Event> | undefined> {
    const first = this.#first;
    this.#first = undefined;
    // Whoever was refused before they were followed is told so once.
    if (this.#state === 'left') return first === undefined ? OVER : this.#over();
    if (first !== undefined) return first;
    const reader = this.#reader;
    try {
      if (this.#state === 'new') return { done: false, value: await this.#open() };
      const seat = this.#seat;
      if (seat === undefined) return OVER;
      reader.unpark(seat);
      while (!reader.stopped) {
        const busy = this.#connection.drained();
        if (busy !== undefined) await busy;
        if (reader.stopped) break;
        if (this.#reset === undefined && this.#page !== undefined) {
          const { pause } = seat.replays;
          if (pause !== undefined) await pause;
          if (pause !== undefined || this.#replay(this.#page, seat)) continue;
        }
        const known = this.#nextKnown(reader);
        if (known !== undefined) return { done: false, value: known };
        // Nobody is told what may have come after their removal: durable events go first.
        if (reader.cursor < seat.head) {
          this.#page = { ...(await seat.next(reader.cursor)), told: 0 };
          continue;
        }
        const told = reader.next();
        if (told === undefined) {
          if (reader.park(seat, waiter)) {
            this.#step = undefined;
            return undefined;
          }
          reader.unpark(seat);
        } else if (await this.#isForUs(seat, told as Event)) {
          this.#metrics.eventsDelivered.inc({ feed: this.#kind });
          return { done: false, value: tracked(String(reader.cursor), told as Event) };
        }
      }
      this.#leave();
      return this.#over();
    } catch (error) {
      this.#leave();
      throw refusalOfOutage(error);
    }
  }

  /** Whoever has gone is told nothing. */
  #over(): Step<Event> {
    const { refusal } = this.#reader;
    if (refusal === undefined || this.#signal?.aborted === true) return OVER;
    throw refusal;
  }

  async #open(): Promise<Value<Event>> {
    const connection = this.#connection;
    const follower = this.#follower;
    if (connection.subscriptions >= LIMITS.subscriptionsPerSocket)
      throw new Refusal('too_many_subscriptions');
    this.#state = 'open';
    connection.subscriptions += 1;
    this.#metrics.subscriptions.inc({ feed: this.#kind });
    this.#listen();
    this.#seat = await this.#hub.attach(follower.topic, this.#reader);
    const asked = this.#asked;
    const { headSeq, floor } = await this.#begin(this.#seat, asked ?? 0);
    const { firstId, resumed, reset, cursor } = placeOf({ asked, floor, head: headSeq });
    this.#reader.cursor = cursor;
    this.#isGreeted = true;
    const greeting = follower.greet({ headSeq, resumed });
    this.#seat.watermarks.learn(greeting);
    if (reset !== undefined)
      this.#reset = tracked(String(cursor), follower.reset({ reason: reset, headSeq }));
    return tracked(String(firstId), greeting);
  }

  /**
   * The head is read before membership is asked: a removal in between is refused, a later one is met. The floor is in
   * the log already, so it counts as the head where the bus has not brought that much here.
   */
  async #begin(seat: Seat, asked: number) {
    let { head } = seat;
    let floor = await this.#follower.admit();
    if (asked > Math.max(head, floor)) {
      await seat.refresh();
      head = seat.head;
      floor = await this.#follower.admit();
    }
    return { headSeq: Math.max(head, floor), floor };
  }

  /** The reset that follows the greeting, or the next event of what was read. */
  #nextKnown(reader: FeedReader): Value<Event> | undefined {
    const reset = this.#reset;
    this.#reset = undefined;
    if (reset !== undefined) return reset;
    const page = this.#page;
    const next = page?.events[page.told];
    if (page === undefined || next === undefined) {
      this.#page = undefined;
      return undefined;
    }
    page.told += 1;
    const event = next.event as Event;
    if (this.#follower.removes(event)) throw new Refusal('not_a_participant');
    reader.cursor = next.seq;
    this.#count(1, page);
    return tracked(String(next.seq), this.#follower.show(event));
  }

  /** Past the generator, as much of a page as can be. */
  #replay(page: Page & { told: number }, seat: Seat): boolean {
    const told = this.#reader.replay(page.events.slice(page.told), seat.replays);
    page.told += told;
    if (told > 0) this.#count(told, page);
    return told > 0;
  }

  #count(told: number, { replayed }: Page): void {
    this.#metrics.eventsDelivered.inc({ feed: this.#kind }, told);
    if (replayed) this.#metrics.eventsReplayed.inc({ feed: this.#kind }, told);
  }

  async #isForUs(seat: Seat, told: Event): Promise<boolean> {
    if (seat.watermarks.isLate(told)) return false;
    if (this.#follower.hears !== undefined && !(await this.#follower.hears(told))) return false;
    return !this.#reader.stopped;
  }

  get #kind(): 'inbox' | 'room' {
    return isInbox(this.#follower.topic) ? 'inbox' : 'room';
  }

  /** Ends with the signal, and with the connection. */
  #listen(): void {
    const signal = this.#signal;
    if (signal !== undefined) {
      const stop = () => this.end(undefined);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      this.#forget = () => signal.removeEventListener('abort', stop);
    }
    this.#connection.endings.add(this);
  }

  /** A stream that is cut off before it has begun asks for nothing: what has a line is always followed, or told to return. */
  #leaveUnfollowed(): void {
    if (this.#first !== undefined && this.#signal !== undefined && this.#reader.stopped) this.#leave();
  }

  #leave(): void {
    const state = this.#state;
    this.#state = 'left';
    if (state !== 'open') return;
    this.#seat?.[Symbol.dispose]();
    this.#forget?.();
    this.#connection.endings.delete(this);
    this.#connection.subscriptions -= 1;
    this.#metrics.subscriptions.dec({ feed: this.#kind });
    if (this.#isGreeted) this.#follower.left?.();
  }
}
