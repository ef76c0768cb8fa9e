import type { Clock } from '../core/clock.ts';

interface Limits {
  /** A client is told this long before … */
  nudgeMs: number;
  /** … where the token had at least this long to live. */
  nudgeLifeMs: number;
}

/** Whose token it is. */
interface Holder {
  expired(): void;
  /** The token expires soon. */
  nudge?(): void;
}

/** Node cannot wait longer than 24 days in one timer. */
const LONGEST_MS = 86_400_000;

/** The life of the token that a connection came with, or was renewed with. */
export class TokenLife implements Disposable {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #holder: Holder;
  #until = 0;
  /** When the holder is nudged; undefined when it was, or is not to be. */
  #nudgeAt: number | undefined;
  #timer: Disposable | undefined;

  constructor(holder: Holder, clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#holder = holder;
  }

  /** When it is over, in milliseconds since 1970. */
  get until(): number {
    return this.#until;
  }

  /** Begins anew: an earlier token is forgotten. */
  lasts(until: Date): void {
    const { nudgeMs, nudgeLifeMs } = this.#limits;
    this.#until = until.getTime();
    const isLong = this.#until - this.#clock.now() > nudgeLifeMs;
    this.#nudgeAt = isLong && this.#holder.nudge !== undefined ? this.#until - nudgeMs : undefined;
    this.#wait();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #wait(): void {
    this[Symbol.dispose]();
    const left = (this.#nudgeAt ?? this.#until) - this.#clock.now();
    this.#timer = this.#clock.after(Math.min(left, LONGEST_MS), () => this.#look());
  }

  #look(): void {
    const now = this.#clock.now();
    if (now >= this.#until) return this.#holder.expired();
    if (this.#nudgeAt !== undefined && now >= this.#nudgeAt) {
      this.#nudgeAt = undefined;
      this.#holder.nudge?.();
    }
    this.#wait();
  }
}
