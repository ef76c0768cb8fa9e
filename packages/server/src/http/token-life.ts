import type { Clock } from '../core/clock.ts';

interface Options {
  clock: Clock;
  /** The token has expired. */
  expired: () => void;
  /** The token expires soon. */
  nudge?: () => void;
  nudgeMs: number;
  nudgeLifeMs: number;
}

/** Node cannot wait longer than 24 days in one timer. */
const LONGEST_MS = 86_400_000;

/** The life of the token that a connection came with, or was renewed with. */
export class TokenLife implements Disposable {
  readonly #options: Options;
  #timers: Disposable[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  /** Begins anew: the timers of an earlier token are forgotten. */
  lasts(until: Date): void {
    this[Symbol.dispose]();
    const { clock, expired, nudge, nudgeMs, nudgeLifeMs } = this.#options;
    const left = until.getTime() - clock.now();
    if (left > LONGEST_MS) {
      this.#timers.push(clock.after(LONGEST_MS, () => this.lasts(until)));
      return;
    }
    this.#timers.push(
      clock.after(left, () => (clock.now() >= until.getTime() ? expired() : this.lasts(until))),
    );
    if (nudge !== undefined && left > nudgeLifeMs) this.#timers.push(clock.after(left - nudgeMs, nudge));
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.splice(0)) timer[Symbol.dispose]();
  }
}
