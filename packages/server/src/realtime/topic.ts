/**
 * A topic in memory, while it has readers: its head, a ring of its newest frames, its readers. It holds no truth:
 * frames may be missing from the ring, and a reader that does not find its place there reads the log.
 */
import type { Frame } from '../bus/frame.ts';
import { excluding, has, including, NONE, sizeOf, type Few } from '../core/few.ts';
import { LiveEvent } from './live-event.ts';
import { LoggedLive } from './logged-live.ts';
import { Outgoing } from './outgoing.ts';
import type { ParkedReader, Reader } from './reader.ts';
import { Ring, RING_FRAMES, type RingBudget } from './ring.ts';
import { Watermarks } from './watermarks.ts';

/** What these take from a reader is not to be found in a ring: it is emptied before they enter. */
const TAKES_AWAY: ReadonlySet<string> = new Set(['message-deleted', 'conversation-removed']);

/** What tells of a watermark: looked at before anyone is told. */
const MARKS: ReadonlySet<string> = new Set(['read', 'delivered']);

export class LiveTopic {
  readonly watermarks = new Watermarks();
  /** Those that take what comes when it suits them … */
  #readers: Few<Reader> = NONE;
  /** … and those that are given it at once. */
  #parked: Few<ParkedReader> = NONE;
  readonly #given: (readers: number) => void;
  #head: number;
  readonly #budget: RingBudget;
  /** Most topics are quiet, and have none. */
  #ring: Ring | undefined;

  /** `given` is told to how many readers at once an event was given. */
  constructor(head: number, budget: RingBudget, given: (readers: number) => void) {
    this.#head = head;
    this.#budget = budget;
    this.#given = given;
  }

  get head(): number {
    return this.#head;
  }

  get isEmpty(): boolean {
    return sizeOf(this.#readers) === 0 && sizeOf(this.#parked) === 0;
  }

  seat(reader: Reader): void {
    this.#readers = including(this.#readers, reader);
  }

  /** From here on a reader that has everything up to the head is given what comes. */
  park(reader: ParkedReader): void {
    this.#readers = excluding(this.#readers, reader);
    this.#parked = including(this.#parked, reader);
  }

  unpark(reader: ParkedReader): void {
    if (!has(this.#parked, reader)) return;
    this.#parked = excluding(this.#parked, reader);
    this.#readers = including(this.#readers, reader);
  }

  unseat(reader: Reader): void {
    this.#readers = excluding(this.#readers, reader);
    this.#parked = excluding(this.#parked, reader as ParkedReader);
  }

  /** Takes a frame from the bus: lost, doubled and reordered ones included. */
  accept(frame: Frame): void {
    const { seq } = frame;
    if (seq !== null && seq <= this.#head) return;
    const live = LiveEvent.fromFrame(frame);
    if (seq === null) {
      // What its sender knew of comes first: perhaps a reader's own removal.
      if (frame.after !== undefined) this.raise(frame.after);
      if (MARKS.has(frame.type)) this.watermarks.learn(live.event);
      this.tell(live, frame.except);
      return;
    }
    const isNext = seq === this.#head + 1;
    if (!isNext || TAKES_AWAY.has(frame.type)) this.#ring?.clear();
    this.#ring ??= new Ring(this.#budget);
    this.#ring.push(new LoggedLive(seq, live), lengthOf(live));
    this.#head = seq;
    if (!isNext) this.#unparkAll();
    for (const reader of this.#readers) reader.wake();
    try {
      if (sizeOf(this.#parked) > 0) this.#give(new Outgoing(live, { seq, head: seq }), undefined);
    } catch (error) {
      // Those who were not given it look for it in the log.
      this.#ring?.clear();
      this.#wakeAll();
      throw error;
    }
  }

  /** Tells an ephemeral event to the readers here, but for one person. */
  tell(live: LiveEvent, except: string | undefined): void {
    if (MARKS.has(live.type) && this.watermarks.isLate(live.event)) return;
    for (const reader of this.#readers) if (reader.userId !== except) reader.tell(live);
    if (sizeOf(this.#parked) > 0) this.#give(new Outgoing(live, { seq: null, head: this.#head }), except);
  }

  /** The log is this far: frames may have been lost on the way here. */
  raise(head: number): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.#ring?.clear();
    this.#wakeAll();
  }

  /**
   * The log ends at `head`, before what was heard of it: it was restored, or failed over to one that knew less.
   *
   * @param heard the head when the log was read: what has come since is newer
   */
  lower(head: number, heard: number): void {
    if (heard !== this.#head || head >= heard) return;
    this.#head = head;
    this.#ring?.clear();
    this.#unparkAll();
  }

  /**
   * Takes a page of the log that reaches the ring, so that the next reader from there need not read it too.
   *
   * @param head the head when the read began: what came since may have taken something away
   */
  fill(page: readonly LoggedLive[], head: number): void {
    const before = this.#head - this.#kept;
    const older = page.filter(({ seq }) => seq <= before);
    if (head !== this.#head || older.at(-1)?.seq !== before || this.#kept === RING_FRAMES) return;
    this.#ring ??= new Ring(this.#budget);
    this.#ring.unshift(older, ({ live }) => lengthOf(live));
  }

  /** The events after `after`, or undefined when the ring does not reach back that far. */
  after(after: number): readonly LoggedLive[] | undefined {
    const first = this.#head - this.#kept + 1;
    return after + 1 < first ? undefined : (this.#ring?.from(after + 1 - first) ?? NONE);
  }

  /** Gives back what the ring holds of the node's share. */
  close(): void {
    this.#ring?.clear();
  }

  get #kept(): number {
    return this.#ring?.size ?? 0;
  }

  /** What a parked reader does not take finds its way as to any other. */
  #give(outgoing: Outgoing, except: string | undefined): void {
    let given = 0;
    for (const reader of this.#parked) {
      if (except !== undefined && reader.userId === except) continue;
      if (reader.take(outgoing)) {
        given += 1;
        continue;
      }
      this.unpark(reader);
      if (outgoing.seq === null) reader.tell(outgoing.live);
      else reader.wake();
    }
    if (given > 0) this.#given(given);
  }

  #wakeAll(): void {
    this.#unparkAll();
    for (const reader of this.#readers) reader.wake();
  }

  #unparkAll(): void {
    for (const reader of this.#parked) this.unpark(reader);
  }
}

const lengthOf = ({ text: { body, meta } }: LiveEvent): number => body.length + (meta?.length ?? 0);
