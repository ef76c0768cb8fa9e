/**
 * The reader of one subscription. Its feed takes durable events by its cursor and what waits here of ephemeral
 * ones. While it has nothing to do, a reader with a line of its own is parked: it writes what comes to its peer itself,
 * unless somebody has to look at it or the peer is to be waited for; then the feed goes on from the cursor.
 */
import type { CallId, Connection, Line, Outlet } from '../core/connection.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Metrics } from '../core/metrics.ts';
import { Refusal } from '../core/refusal.ts';
import type { LiveEvent } from './live-event.ts';
import type { LoggedLive } from './logged-live.ts';
import type { Outgoing } from './outgoing.ts';
import type { ParkedReader } from './reader.ts';
import type { Replays } from './replays.ts';
import type { Seat } from './seat.ts';

/** Ephemeral events that wait for a reader; the oldest is dropped for a newer one. */
export const WAITING_FRAMES = 64;

interface Options {
  connection: Connection;
  metrics: Metrics;
  line: Line | undefined;
}

/** Whose reader it is. */
interface Follower {
  readonly userId: string;
  /** The types of which an event may not go to the peer as it is … */
  readonly looksAt: ReadonlySet<string>;
  /** … and whether one of them does. */
  passes(event: AnyEvent, isDurable: boolean): boolean;
}

/** Whoever is called, once and in a turn of its own, when a reader that had nothing to do has something again. */
export interface Waiter {
  /** Must not throw. */
  woken(): void;
}

export class FeedReader implements ParkedReader {
  readonly userId: string;
  /** The seq of the newest durable event that the peer was given, or needs not be. */
  cursor = 0;
  #woken = false;
  #stopped = false;
  readonly #follower: Follower;
  readonly #connection: Connection;
  readonly #metrics: Metrics;
  readonly #callId: CallId | undefined;
  readonly #outlet: Outlet | undefined;
  /** Most of the time nothing. */
  #waiting: LiveEvent[] | undefined;
  #waiter: Waiter | undefined;
  #refusal: Refusal | undefined;

  constructor(follower: Follower, { connection, metrics, line }: Options) {
    this.userId = follower.userId;
    this.#follower = follower;
    this.#connection = connection;
    this.#metrics = metrics;
    this.#callId = line?.callId;
    this.#outlet = line?.outlet;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Why the reader was given up; undefined when it left by itself. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  wake(): void {
    this.#woken = true;
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    queueMicrotask(() => waiter.woken());
  }

  tell(told: LiveEvent): void {
    if (this.#connection.congested) {
      this.#metrics.eventsDropped.inc({ cause: 'slow_reader' });
      return;
    }
    this.#waiting ??= [];
    if (this.#waiting.length === WAITING_FRAMES) {
      this.#waiting.shift();
      this.#metrics.eventsDropped.inc({ cause: 'waiting_full' });
    }
    this.#waiting.push(told);
    this.wake();
  }

  take(outgoing: Outgoing): boolean {
    const callId = this.#callId;
    const outlet = this.#outlet;
    if (this.#woken || this.#stopped || callId === undefined || outlet === undefined) return false;
    if (outgoing.seq !== null && outgoing.seq !== this.cursor + 1) return false;
    if (!outgoing.isPlainTo(this.#follower.looksAt) && !this.#passes(outgoing)) return false;
    if (!outlet.write(outgoing.frameFor(callId, outlet))) return false;
    if (outgoing.seq !== null) this.cursor = outgoing.seq;
    return true;
  }

  /**
   * Writes what it missed to its peer itself, up to what somebody has to look at or the peer is to be waited for.
   *
   * @returns how many events those were; none without a line
   */
  replay(missed: readonly LoggedLive[], replays: Replays): number {
    const callId = this.#callId;
    const outlet = this.#outlet;
    if (callId === undefined || outlet === undefined) return 0;
    let told = 0;
    for (const logged of missed) {
      const outgoing = replays.outgoing(logged);
      if (!outgoing.isPlainTo(this.#follower.looksAt) && !this.#passes(outgoing)) break;
      if (!outlet.write(outgoing.frameFor(callId, outlet))) break;
      this.cursor = logged.seq;
      told += 1;
    }
    return told;
  }

  /** With anything but a refusal the peer has gone, and there is nobody to tell. */
  end(cause: unknown): void {
    if (cause instanceof Refusal) this.#refusal ??= cause;
    this.stop();
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  /** The oldest ephemeral event that waits. */
  next(): AnyEvent | undefined {
    const next = this.#waiting?.shift()?.event;
    if (next === undefined) this.#waiting = undefined;
    return next;
  }

  /**
   * Has a waiter called at the next wake; false, and not at all, where there was one since the last
   * {@link FeedReader.unpark}. Until then it is parked, where that can be.
   */
  park(seat: Seat, waiter: Waiter): boolean {
    if (this.#woken || this.#stopped) return false;
    if (this.#outlet !== undefined && this.cursor === seat.head) seat.park(this);
    this.#waiter = waiter;
    return true;
  }

  /** Whether it waits for a wake. */
  get waits(): boolean {
    return this.#waiter !== undefined;
  }

  unpark(seat: Seat): void {
    seat.unpark(this);
    this.#woken = false;
    this.#waiter = undefined;
  }

  #passes({ live, seq }: Outgoing): boolean {
    return this.#follower.passes(live.event, seq !== null);
  }
}
