/**
 * Watermarks that come in bursts: while one of a key is under way, all that come for it are one more, with the greatest
 * value among them. So a key has at most two, however many ask; each of them is answered as that one is.
 */
interface Next<Outcome> {
  value: number;
  readonly outcome: Promise<Outcome>;
}

export class Newest<Outcome> {
  /** By key, for those that have one under way: the one after it, if any. */
  readonly #next = new Map<string, Next<Outcome>>();
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** Works for `value`, or for a greater one that comes until it is its turn. */
  run(key: string, value: number, work: (value: number) => Promise<Outcome>): Promise<Outcome> {
    const before = this.#underWay.get(key);
    if (before === undefined) return this.#begin(key, work(value));
    const waiting = this.#next.get(key);
    if (waiting !== undefined) {
      waiting.value = Math.max(waiting.value, value);
      return waiting.outcome;
    }
    const next: Next<Outcome> = {
      value,
      outcome: before.then(() => {
        this.#next.delete(key);
        return this.#begin(key, work(next.value));
      }),
    };
    this.#next.set(key, next);
    return next.outcome;
  }

  #begin(key: string, outcome: Promise<Outcome>): Promise<Outcome> {
    const ended = outcome.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay.set(key, ended);
    void ended.then(() => {
      if (!this.#next.has(key)) this.#underWay.delete(key);
    });
    return outcome;
  }
}
