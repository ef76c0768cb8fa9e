/**
 * Turns at a database: one at a time for each key, in order of asking, and only so many keys at once. Whoever waits
 * holds no connection, so a busy room neither starves other rooms nor the reads. What waits is bounded, in number and
 * in time: nothing is done for a caller who has gone.
 */
import type { Clock } from './clock.ts';
import { TURN_MS } from './database-timeouts.ts';
import { Refusal } from './refusal.ts';

/** Work that may wait, over all keys; more is refused with the retryable `unavailable`. */
export const WAITING_TURNS = 2_000;

interface Job {
  run(): Promise<void>;
  /** What refuses it when it has waited too long. */
  timer: Disposable | undefined;
}

export class Turns {
  readonly #clock: Clock;
  readonly #concurrency: number;
  /** What waits, by key, for the keys that have any. */
  readonly #waiting = new Map<string, Job[]>();
  /** Keys that have work and none running, the longest waiting first. */
  readonly #ready: string[] = [];
  readonly #busy = new Set<string>();
  #size = 0;

  /** `concurrency`: keys that may work at the same time. */
  constructor(clock: Clock, concurrency: number) {
    this.#clock = clock;
    this.#concurrency = concurrency;
  }

  /**
   * Works when it is this key's turn.
   *
   * @throws Refusal `unavailable` when too many wait, or it has waited for `TURN_MS`; the work is then never begun.
   */
  take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#size >= WAITING_TURNS) return Promise.reject(refusal());
    return new Promise<Result>((resolve, reject) => {
      const job: Job = { run: () => work().then(resolve, reject), timer: undefined };
      this.#add(key, job);
      this.#next();
      if (!this.#isWaiting(key, job)) return;
      job.timer = this.#clock.after(TURN_MS, () => {
        this.#drop(key, job);
        reject(refusal());
      });
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

  #isWaiting(key: string, job: Job): boolean {
    return this.#waiting.get(key)?.at(-1) === job;
  }

  #drop(key: string, job: Job): void {
    const jobs = this.#waiting.get(key) ?? [];
    this.#size -= 1;
    jobs.splice(jobs.indexOf(job), 1);
    if (jobs.length > 0) return;
    this.#waiting.delete(key);
    const place = this.#ready.indexOf(key);
    if (place >= 0) this.#ready.splice(place, 1);
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
    job.timer?.[Symbol.dispose]();
    this.#size -= 1;
    this.#busy.add(key);
    await job.run();
    this.#busy.delete(key);
    if (this.#waiting.has(key)) this.#ready.push(key);
    this.#next();
  }
}

const refusal = () => new Refusal('unavailable', { retryAfterMs: 1_000 });
