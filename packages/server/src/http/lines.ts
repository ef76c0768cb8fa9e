/**
 * Which line a subscription has that is about to begin. tRPC tells a resolver one number of its call, the place in its
 * batch: here it is one that no other call of any socket has, as long as the call has not begun.
 */
import type { Line } from '../core/connection.ts';

/** No place in a batch is as high. */
const FIRST = 2 ** 20;

export class Lines {
  readonly #lines = new Map<number, Line>();
  #next = FIRST;

  /** Gives the number of a call; it is to be given back when the call has begun. */
  add(line: Line): number {
    const place = this.#next;
    this.#next += 1;
    this.#lines.set(place, line);
    return place;
  }

  remove(place: number): void {
    this.#lines.delete(place);
  }

  at(place: number): Line | undefined {
    return this.#lines.get(place);
  }
}
