/**
 * Ends the connections of people who are disabled, and those whose tokens are of sessions that have ended: at once
 * where the bus says so, and by looking people up every few seconds, so that a lost word costs seconds.
 */
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../core/clock.ts';
import { CONTROL_TOPIC, parseControl } from '../core/control.ts';
import type { Logger } from '../core/logger.ts';
import { Refusal } from '../core/refusal.ts';
import type { Ended, Present } from '../domains/users/store.ts';
import type { Connections } from './connections.ts';

/** People that one query looks up. */
const LOOKUP_PEOPLE = 5_000;

interface Options {
  connections: Connections;
  bus: Bus;
  clock: Clock;
  log: Logger;
  sweepMs: number;
  /** Those of these people who are disabled, or have ended their sessions since. */
  endedAmong: (people: readonly Present[]) => Promise<Ended[]>;
}

export class EndedSessions implements AsyncDisposable {
  readonly #options: Options;
  readonly #timer: Disposable;
  readonly #unsubscribe: Promise<() => void>;
  #looking: Promise<void> | undefined;

  constructor(options: Options) {
    const { bus, clock, sweepMs } = options;
    this.#options = options;
    this.#timer = clock.every(sweepMs, () => void this.look());
    this.#unsubscribe = bus.subscribe(CONTROL_TOPIC, (frame) => {
      const message = parseControl(frame);
      if (message?.type === 'user-disabled') this.#end({ ...message, disabled: true, generation: Infinity });
      if (message?.type === 'sessions-ended') this.#end({ ...message, disabled: false });
    });
  }

  /** Looks up everyone who is connected here. Joins the look that is under way; never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    (await this.#unsubscribe)();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { connections, endedAmong, log } = this.#options;
    const people = connections.people();
    if (people.length === 0) return;
    try {
      for (let index = 0; index < people.length; index += LOOKUP_PEOPLE) {
        for (const ended of await endedAmong(people.slice(index, index + LOOKUP_PEOPLE))) this.#end(ended);
      }
    } catch (error) {
      log.warn({ err: error }, 'people whose sessions have ended could not be looked up');
    }
  }

  #end({ userId, disabled, generation }: Ended): void {
    const { connections, log } = this.#options;
    if (!connections.has(userId)) return;
    log.info({ userId, disabled }, 'connections of ended sessions end');
    if (disabled) connections.end(userId, new Refusal('user_disabled'));
    else connections.end(userId, new Refusal('token_invalid'), generation);
  }
}
