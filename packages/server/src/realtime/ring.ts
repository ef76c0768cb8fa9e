/**
 * The newest events of a topic, without a hole and ending at its head, or none: a cache of the log for readers that are
 * almost there. Each ring is bounded in events and in size, and so are all rings of a node together: what is beyond is
 * read from the log again.
 */
import type { LoggedLive } from './logged-live.ts';

/** Newest events of one topic that are kept … */
export const RING_FRAMES = 256;
/** … and how long they may be together, in characters as they travel. */
export const RING_CHARS = 262_144;
/** The same over all rings of a node; the one that has gone longest without a new event is emptied first. */
const RINGS_CHARS = 67_108_864;

/** What the rings of one node hold together. */
export class RingBudget {
  readonly #limit: number;
  /** Those that hold something, the one with the oldest news first. */
  readonly #rings = new Set<Ring>();
  #chars = 0;

  constructor(limit = RINGS_CHARS) {
    this.#limit = limit;
  }

  get chars(): number {
    return this.#chars;
  }

  /** A ring holds so much more, or less, than before. */
  changed(ring: Ring, chars: number): void {
    this.#chars += chars;
    this.#rings.delete(ring);
    if (ring.chars > 0) this.#rings.add(ring);
    while (this.#chars > this.#limit) {
      const [oldest] = this.#rings;
      oldest?.clear();
    }
  }
}

export class Ring {
  readonly #budget: RingBudget;
  readonly #kept: LoggedLive[] = [];
  /** How long each of them is. */
  readonly #lengths: number[] = [];
  #chars = 0;

  constructor(budget: RingBudget) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#kept.length;
  }

  get chars(): number {
    return this.#chars;
  }

  /** Adds the event that follows the newest one; the oldest ones give way. */
  push(event: LoggedLive, chars: number): void {
    const before = this.#chars;
    this.#kept.push(event);
    this.#lengths.push(chars);
    this.#chars += chars;
    while (this.#kept.length > RING_FRAMES || this.#chars > RING_CHARS) {
      this.#kept.shift();
      this.#chars -= this.#lengths.shift() ?? 0;
    }
    this.#budget.changed(this, this.#chars - before);
  }

  /** Adds events that come right before the oldest one, the newest of them first and as far as there is room. */
  unshift(events: readonly LoggedLive[], charsOf: (event: LoggedLive) => number): void {
    const before = this.#chars;
    const lengths: number[] = [];
    for (const event of events.slice(this.#kept.length - RING_FRAMES).toReversed()) {
      const chars = charsOf(event);
      if (this.#chars + chars > RING_CHARS) break;
      this.#chars += chars;
      lengths.unshift(chars);
    }
    this.#kept.unshift(...events.slice(events.length - lengths.length));
    this.#lengths.unshift(...lengths);
    this.#budget.changed(this, this.#chars - before);
  }

  clear(): void {
    const before = this.#chars;
    this.#kept.length = 0;
    this.#lengths.length = 0;
    this.#chars = 0;
    this.#budget.changed(this, -before);
  }

  /** The events from the `index`th on. */
  from(index: number): readonly LoggedLive[] {
    return this.#kept.slice(index);
  }
}
