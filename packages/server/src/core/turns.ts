/**
 * Turns at a database: one at a time for each key, in order of asking, and only so many at once. Whoever waits holds no
 * connection, so a busy room neither starves other rooms nor the reads. What waits is bounded, in number and in time:
 * nothing is done for a caller who has gone.
 *
 * Work is done alone, or in company: then what waits at any keys for the same company has one turn together. Nothing is
 * held back for that: what comes while the company has no turn has one when this turn of the event loop is over. Where
 * it may have several turns, what waits is shared among them: the work of some keys is prepared and told here while the
 * database does that of others.
 */
import type { Clock } from './clock.ts';
import type { Company, Joint, Party } from './company.ts';
import { TURN_MS } from './database-timeouts.ts';
import { Refusal } from './refusal.ts';

/** Work that may wait, over all keys; more is refused with the retryable `unavailable`. */
export const WAITING_TURNS = 2_000;

interface Job {
  readonly company: Company | undefined;
  readonly joint: Joint;
  /** Of work that is done alone. */
  readonly run: () => Promise<void>;
  /** Whether it has been given back: its key's next turn is alone. */
  readonly isBack: boolean;
  /** When it has waited too long, also if it has been given back meanwhile. */
  readonly until: number;
  /** What refuses it when it has waited too long. */
  timer?: Disposable | undefined;
  waits: boolean;
}

/** Where a company stands. */
interface Standing {
  /** Keys whose first work is its, and that are not in use: the longest waiting first. */
  keys: string[];
  turns: number;
  isCalled: boolean;
}

export class Turns {
  readonly #clock: Clock;
  readonly #concurrency: number;
  /** What waits, by key, for the keys that have any. */
  readonly #waiting = new Map<string, Job[]>();
  /** Who has the next turns: keys alone, and companies. */
  #next: (string | Company)[] = [];
  readonly #standings = new Map<Company, Standing>();
  /** Keys that are in use. */
  readonly #busy = new Set<string>();
  /** Whether the last turn that began was a company's. */
  #wasCompany = false;
  #turns = 0;
  #size = 0;

  /** `concurrency`: turns at the same time. */
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
    return new Promise<Result>((resolve, reject) => {
      const run = () => work().then(resolve, reject);
      this.#add({ company: undefined, joint: { key, refuse: reject }, run });
    });
  }

  /** Like {@link take}, in company. */
  join(company: Company, joint: Joint): void {
    this.#add({ company, joint, run: () => Promise.resolve() });
  }

  #add(asked: Pick<Job, 'company' | 'joint' | 'run'>): void {
    const { key, refuse } = asked.joint;
    if (this.#size >= WAITING_TURNS) {
      refuse(refusal());
      return;
    }
    const job: Job = { ...asked, isBack: false, until: this.#clock.now() + TURN_MS, waits: true };
    this.#size += 1;
    const jobs = this.#waiting.get(key);
    if (jobs !== undefined) jobs.push(job);
    else {
      this.#waiting.set(key, [job]);
      if (!this.#busy.has(key)) this.#queue(key);
    }
    this.#begin();
    if (job.waits) this.#bound(job);
  }

  #bound(job: Job): void {
    job.timer = this.#clock.after(Math.max(0, job.until - this.#clock.now()), () => {
      this.#drop(job);
      job.joint.refuse(refusal());
    });
  }

  /** Gives a key, which has work and is not in use, its place. */
  #queue(key: string): void {
    const first = this.#waiting.get(key)?.[0];
    if (first?.company === undefined || first.isBack) this.#next.push(key);
    else {
      this.#standing(first.company).keys.push(key);
      this.#call(first.company);
    }
  }

  /** What else comes in this turn of the event loop goes with it. */
  #call(company: Company): void {
    const standing = this.#standing(company);
    if (standing.isCalled || standing.turns >= company.atOnce || standing.keys.length === 0) return;
    standing.isCalled = true;
    setImmediate(() => {
      // It has few turns at a time, each for many keys: it need not wait behind them all, but behind other companies.
      const firstAlone = this.#next.findIndex((next) => typeof next === 'string');
      this.#next.splice(firstAlone === -1 ? this.#next.length : firstAlone, 0, company);
      this.#begin();
    });
  }

  #begin(): void {
    while (this.#turns < this.#concurrency) {
      const next = this.#pick();
      if (next === undefined) return;
      this.#wasCompany = typeof next !== 'string';
      if (typeof next !== 'string') void this.#together(next);
      else void this.#alone(next);
    }
  }

  /** Who is next; not a company after a company, where somebody else waits. */
  #pick(): string | Company | undefined {
    const place = this.#wasCompany ? this.#next.findIndex((next) => typeof next === 'string') : -1;
    return place === -1 ? this.#next.shift() : this.#next.splice(place, 1)[0];
  }

  async #alone(key: string): Promise<void> {
    const job = this.#waiting.get(key)?.[0];
    if (job === undefined) return;
    const { company } = job;
    if (company === undefined) {
      this.#remove(job);
      await this.#turn([key], job.run);
      return;
    }
    const party = company.open();
    const jobs = this.#fill(party, company, key);
    await this.#turn([key], async () => this.#giveBack(jobs, await party.work(true)));
  }

  async #together(company: Company): Promise<void> {
    const standing = this.#standing(company);
    const party = company.open();
    const share = this.#share(company);
    const [taken, left]: [string[], string[]] = [[], []];
    const jobs: Job[] = [];
    for (const key of standing.keys) {
      const filled = taken.length < share ? this.#fill(party, company, key) : [];
      (filled.length > 0 ? taken : left).push(key);
      jobs.push(...filled);
    }
    standing.keys = left;
    standing.isCalled = false;
    if (taken.length === 0) return;
    standing.turns += 1;
    this.#call(company);
    await this.#turn(taken, async () => {
      this.#giveBack(jobs, await party.work(false));
      standing.turns -= 1;
    });
    this.#call(company);
  }

  /** How many keys a turn is for at the most: those that a company may begin now have as many each. */
  #share(company: Company): number {
    const { keys, turns } = this.#standing(company);
    const open = this.#concurrency - this.#turns;
    // Every other turn is somebody else's where anybody waits.
    const free = Math.min(company.atOnce - turns, this.#next.length === 0 ? open : Math.ceil(open / 2));
    const worth = Math.floor(keys.length / company.fewestKeys);
    return Math.ceil(keys.length / Math.max(1, Math.min(free, worth)));
  }

  async #turn(keys: readonly string[], work: () => Promise<void>): Promise<void> {
    for (const key of keys) this.#busy.add(key);
    this.#turns += 1;
    await work();
    this.#turns -= 1;
    for (const key of keys) {
      this.#busy.delete(key);
      if (this.#waiting.has(key)) this.#queue(key);
    }
    this.#begin();
  }

  /** Adds to a party what waits at a key for its company, and fits; returns it. */
  #fill(party: Party, company: Company, key: string): Job[] {
    const filled: Job[] = [];
    for (;;) {
      const job = this.#waiting.get(key)?.[0];
      if (job?.company !== company || !party.add(job.joint)) return filled;
      this.#remove(job);
      filled.push(job);
    }
  }

  /** Puts those of a party that are to have a turn alone at the head of their keys. */
  #giveBack(party: readonly Job[], joints: readonly Joint[]): void {
    if (joints.length === 0) return;
    const back = new Set(joints);
    for (const had of party.toReversed()) {
      const { key } = had.joint;
      if (!back.has(had.joint)) continue;
      const job: Job = { ...had, isBack: true, waits: true };
      const jobs = this.#waiting.get(key);
      if (jobs === undefined) this.#waiting.set(key, [job]);
      else jobs.unshift(job);
      this.#size += 1;
      this.#bound(job);
    }
  }

  #drop(job: Job): void {
    const { key } = job.joint;
    const wasFirst = this.#waiting.get(key)?.[0] === job;
    this.#remove(job);
    if (!wasFirst || this.#busy.has(key)) return;
    this.#next = this.#next.filter((next) => next !== key);
    if (job.company !== undefined) {
      const standing = this.#standing(job.company);
      standing.keys = standing.keys.filter((one) => one !== key);
    }
    if (this.#waiting.has(key)) this.#queue(key);
    this.#begin();
  }

  /** It waits no more. */
  #remove(job: Job): void {
    const { key } = job.joint;
    const jobs = this.#waiting.get(key) ?? [];
    jobs.splice(jobs.indexOf(job), 1);
    if (jobs.length === 0) this.#waiting.delete(key);
    job.timer?.[Symbol.dispose]();
    job.waits = false;
    this.#size -= 1;
  }

  #standing(company: Company): Standing {
    let standing = this.#standings.get(company);
    if (standing === undefined) {
      standing = { keys: [], turns: 0, isCalled: false };
      this.#standings.set(company, standing);
    }
    return standing;
  }
}

const refusal = () => new Refusal('unavailable', { retryAfterMs: 1_000 });
