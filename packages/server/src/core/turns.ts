/**
 * Turns at a database: one at a time for each key, in order of asking, and only so many keys at once. Whoever waits
 * holds no connection, so a busy room neither starves other rooms nor the reads. What waits is bounded.
 */
import { Refusal } from './refusal.ts';

/** Work that may wait, over all keys; more is refused with the retryable `unavailable`. */
export const WAITING_TURNS = 2_000;

interface Job {
  run(): Promise<void>;
}

export class Turns {
  readonly #concurrency: number;
  /** What waits, by key, for the keys that have any. */
  readonly #waiting = new Map<string, Job[]>();
  /** Keys that have work and none running, the longest waiting first. */
  readonly #ready: string[] = [];
  readonly #busy = new Set<string>();
  #size = 0;

  /** `concurrency`: keys that may work at the same time. */
  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /** Works when it is this key's turn. */
  take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#size >= WAITING_TURNS)
      return Promise.reject(new Refusal('unavailable', { retryAfterMs: 1_000 }));
    return new Promise<Result>((resolve, reject) => {
      this.#add(key, { run: () => work().then(resolve, reject) });
      this.#next();
    });
  }

  #add(key: string, job: Job): void {
    this.#size += 1;
    const jobs = this.#waiting.get(key);
    if (jobs !== undefined) {
      jobs.push(job);
      return;
    }
    this.#waiting.set(key, [job]);
    if (!this.#busy.has(key)) this.#ready.push(key);
  }

  #next(): void {
    while (this.#busy.size < this.#concurrency) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    const jobs = this.#waiting.get(key);
    const job = jobs?.shift();
    if (jobs?.length === 0) this.#waiting.delete(key);
    if (job === undefined) return;
    this.#size -= 1;
    this.#busy.add(key);
    await job.run();
    this.#busy.delete(key);
    if (this.#waiting.has(key)) this.#ready.push(key);
    this.#next();
  }
}
