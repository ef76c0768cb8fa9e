import type { Clock } from '../core/clock.ts';

interface Options {
  clock: Clock;
  bus: { readonly isUp: boolean };
  lease: { readonly isShared: boolean };
  /** Of the node's place at the database; there is none where the database was given. */
  nodeLock?: { readonly isTaken: boolean } | undefined;
  /** Asks the database something small. */
  ask: () => Promise<unknown>;
}

/** A probe waits this long for the database. */
const PATIENCE_MS = 2_000;
/** Probes within this time share one answer: anyone may ask. */
const FRESH_MS = 1_000;

/**
 * `ready`; `degraded`: everything works, but what other nodes do is heard of seconds late; `unavailable`: the database
 * does not answer, another node has taken it, or the server has been asked to stop.
 */
export interface ReadinessState {
  status: 'ready' | 'degraded' | 'unavailable';
  database: 'up' | 'down';
  /** Both what goes between nodes and what they share. */
  bus: 'up' | 'down';
}

/** Whether the server can do its work. */
export class Readiness {
  readonly #options: Options;
  #stopping = false;
  #answer: { at: number; up: Promise<boolean> } | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** From here on the answer is no. */
  stop(): void {
    this.#stopping = true;
  }

  async state(): Promise<ReadinessState> {
    const now = this.#options.clock.now();
    if (this.#answer === undefined || Math.abs(now - this.#answer.at) >= FRESH_MS) {
      this.#answer = { at: now, up: this.#ask() };
    }
    const databaseUp = await this.#answer.up;
    const { bus, lease, nodeLock } = this.#options;
    const busUp = bus.isUp && lease.isShared;
    const out = this.#stopping || !databaseUp || nodeLock?.isTaken === true;
    return {
      status: out ? 'unavailable' : busUp ? 'ready' : 'degraded',
      database: databaseUp ? 'up' : 'down',
      bus: busUp ? 'up' : 'down',
    };
  }

  async #ask(): Promise<boolean> {
    const { clock, ask } = this.#options;
    return await new Promise<boolean>((resolve) => {
      const timer = clock.after(PATIENCE_MS, () => resolve(false));
      const answer = (ready: boolean) => {
        timer[Symbol.dispose]();
        resolve(ready);
      };
      ask().then(
        () => answer(true),
        () => answer(false),
      );
    });
  }
}
