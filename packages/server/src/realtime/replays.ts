/**
 * Events of the log on their way to readers that catch up and write to their peers by themselves. Those who are told
 * the same in one turn of the event loop share what is made for it, and nothing of it is kept longer; a turn has so
 * many events, and whoever has still more to tell goes on in the next one.
 */
import { setImmediate } from 'node:timers/promises';

import type { LoggedLive } from './logged-live.ts';
import { Outgoing } from './outgoing.ts';

/** Told in one turn, over all readers of a node. */
export const TOLD_IN_A_TURN = 10_000;

export class Replays {
  readonly #outgoing = new Map<LoggedLive, Outgoing>();
  #told = 0;
  #end: Promise<void> | undefined;

  /** The next turn, where this one has told enough. */
  get pause(): Promise<void> | undefined {
    return this.#told < TOLD_IN_A_TURN ? undefined : this.#end;
  }

  /** What a reader is about to tell. */
  outgoing(logged: LoggedLive): Outgoing {
    this.#end ??= this.#endTurn();
    this.#told += 1;
    const known = this.#outgoing.get(logged);
    if (known !== undefined) return known;
    const { seq, live } = logged;
    const outgoing = new Outgoing(live, { seq, head: seq });
    this.#outgoing.set(logged, outgoing);
    return outgoing;
  }

  async #endTurn(): Promise<void> {
    await setImmediate();
    this.#outgoing.clear();
    this.#told = 0;
    this.#end = undefined;
  }
}
