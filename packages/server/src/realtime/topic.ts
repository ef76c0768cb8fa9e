/**
 * A topic in memory, while it has readers: its head, a ring of its newest frames, its readers. It holds no truth:
 * frames may be missing from the ring, and a reader that does not find its place there reads the log.
 */
import type { Frame } from '../bus/frame.ts';
import { decodeEvent, encodeEvent, type AnyEvent } from '../core/event.ts';
import type { LoggedEvent } from '../core/log.ts';
import type { Reader } from './reader.ts';
import { Ring, RING_FRAMES, type RingBudget } from './ring.ts';
import { Watermarks } from './watermarks.ts';

/** What these take from a reader is not to be found in a ring: it is emptied before they enter. */
const TAKES_AWAY: ReadonlySet<string> = new Set(['message-deleted', 'conversation-removed']);

export class LiveTopic {
  readonly readers = new Set<Reader>();
  readonly watermarks = new Watermarks();
  #head: number;
  readonly #ring: Ring;

  constructor(head: number, budget: RingBudget) {
    this.#head = head;
    this.#ring = new Ring(budget);
  }

  get head(): number {
    return this.#head;
  }

  /** Takes a frame from the bus: lost, doubled and reordered ones included. */
  accept(frame: Frame): void {
    if (frame.seq !== null && frame.seq <= this.#head) return;
    const event = decodeEvent<AnyEvent>(frame.body);
    if (frame.seq === null) {
      // What its sender knew of comes first: perhaps a reader's own removal.
      if (frame.after !== undefined) this.raise(frame.after);
      this.watermarks.learn(event);
      this.tell(event, frame.except);
      return;
    }
    if (frame.seq !== this.#head + 1 || TAKES_AWAY.has(frame.type)) this.#ring.clear();
    this.#ring.push({ seq: frame.seq, event }, frame.body.length);
    this.#head = frame.seq;
    this.#wakeAll();
  }

  /** Tells an ephemeral event to the readers here, but for one person. */
  tell(event: AnyEvent, except: string | undefined): void {
    for (const reader of this.readers) if (reader.userId !== except) reader.tell(event);
  }

  /** The log is this far: frames may have been lost on the way here. */
  raise(head: number): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.#ring.clear();
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
    this.#ring.clear();
  }

  /**
   * Takes a page of the log that reaches the ring, so that the next reader from there need not read it too.
   *
   * @param head the head when the read began: what came since may have taken something away
   */
  fill(page: readonly LoggedEvent[], head: number): void {
    const before = this.#head - this.#ring.size;
    const older = page.filter(({ seq }) => seq <= before);
    if (head !== this.#head || older.at(-1)?.seq !== before || this.#ring.size === RING_FRAMES) return;
    this.#ring.unshift(older, ({ event }) => encodeEvent(event).length);
  }

  /** The events after `after`, or undefined when the ring does not reach back that far. */
  after(after: number): readonly LoggedEvent[] | undefined {
    const first = this.#head - this.#ring.size + 1;
    return after + 1 < first ? undefined : this.#ring.from(after + 1 - first);
  }

  /** Gives back what the ring holds of the node's share. */
  close(): void {
    this.#ring.clear();
  }

  #wakeAll(): void {
    for (const reader of this.readers) reader.wake();
  }
}
