/**
 * One timer of the clock beneath for all that wait: whoever waits costs one small record. What waits a second or more may
 * be called up to a tenth of one late, and never early, so that those who wait for about the same time share a turn.
 */
import type { Clock } from './clock.ts';

/** Shorter waits are the clock's own. */
const COARSE_MS = 1_000;
const TICK_MS = 100;

class Waiting implements Disposable {
  readonly call: () => void;
  readonly #slot: Set<Waiting>;

  constructor(slot: Set<Waiting>, call: () => void) {
    this.#slot = slot;
    this.call = call;
    slot.add(this);
  }

  [Symbol.dispose](): void {
    this.#slot.delete(this);
  }
}

export class Wheel implements Clock {
  readonly #clock: Clock;
  /** By when it is due: what waits for that time, in the order in which it was asked for. */
  readonly #slots = new Map<number, Set<Waiting>>();
  /** Those times, the next one last. */
  readonly #times: number[] = [];
  #turn: { due: number; timer: Disposable } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  elapsed(): number {
    return this.#clock.elapsed();
  }

  after(ms: number, call: () => void): Disposable {
    if (ms < COARSE_MS) return this.#clock.after(ms, call);
    const due = Math.ceil((this.#clock.elapsed() + ms) / TICK_MS) * TICK_MS;
    let slot = this.#slots.get(due);
    if (slot === undefined) {
      slot = new Set();
      this.#slots.set(due, slot);
      this.#times.splice(this.#placeOf(due), 0, due);
      this.#wind();
    }
    return new Waiting(slot, call);
  }

  every(ms: number, call: () => void): Disposable {
    return this.#clock.every(ms, call);
  }

  /** Sees to it that the clock calls when the next is due. */
  #wind(): void {
    const due = this.#times.at(-1);
    if (this.#turn?.due === due) return;
    this.#turn?.timer[Symbol.dispose]();
    this.#turn = undefined;
    if (due === undefined) return;
    const timer = this.#clock.after(due - this.#clock.elapsed(), () => {
      this.#turn = undefined;
      try {
        this.#call();
      } finally {
        // What is left of those among whom one has thrown has a turn of its own.
        this.#wind();
      }
    });
    this.#turn = { due, timer };
  }

  #call(): void {
    for (;;) {
      const due = this.#times.at(-1);
      if (due === undefined || due > this.#clock.elapsed()) return;
      for (const waiting of this.#slots.get(due) ?? []) {
        // One that another of the same time has stopped is not among them any more.
        waiting[Symbol.dispose]();
        waiting.call();
      }
      this.#times.pop();
      this.#slots.delete(due);
    }
  }

  #placeOf(due: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) > due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
