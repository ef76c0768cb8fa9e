import { BoundedMap } from '../bounded-map.ts';

/** Short numbers for long ids, from 1 on, in the order in which they were first seen. Forgets the oldest of too many. */
export class Numbers {
  readonly #numbers: Map<string, number>;
  readonly #ids: Map<number, string>;
  #last = 0;

  constructor(limit = 1_000) {
    this.#numbers = new BoundedMap(limit);
    this.#ids = new BoundedMap(limit);
  }

  /** The number of an id; a new one where it had none. */
  of(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#last += 1;
    this.#numbers.set(id, this.#last);
    this.#ids.set(this.#last, id);
    return this.#last;
  }

  /** The id that goes by a number, written as text. */
  idOf(text: string): string | undefined {
    return /^\d{1,9}$/.test(text) ? this.#ids.get(Number(text)) : undefined;
  }
}
