/**
 * Ends the connections of people who are disabled: at once where the bus says so, and by looking them up every few
 * seconds, so that a lost word costs seconds.
 */
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../core/clock.ts';
import { CONTROL_TOPIC, parseControl } from '../core/control.ts';
import type { Logger } from '../core/logger.ts';
import { Refusal } from '../core/refusal.ts';
import type { Connections } from './connections.ts';

/** People that one query looks up. */
const LOOKUP_PEOPLE = 5_000;

interface Options {
  connections: Connections;
  bus: Bus;
  clock: Clock;
  log: Logger;
  sweepMs: number;
  /** Those of these people who are disabled. */
  disabledAmong: (userIds: readonly string[]) => Promise<string[]>;
}

export class DisabledPeople implements AsyncDisposable {
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
      if (message?.type === 'user-disabled') this.#end(message.userId);
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
    const { connections, disabledAmong, log } = this.#options;
    const people = connections.people();
    if (people.length === 0) return;
    try {
      for (let index = 0; index < people.length; index += LOOKUP_PEOPLE) {
        for (const userId of await disabledAmong(people.slice(index, index + LOOKUP_PEOPLE)))
          this.#end(userId);
      }
    } catch (error) {
      log.warn({ err: error }, 'disabled people could not be looked up');
    }
  }

  #end(userId: string): void {
    const { connections, log } = this.#options;
    if (!connections.has(userId)) return;
    log.info({ userId }, 'connections of a disabled person end');
    connections.end(userId, new Refusal('user_disabled'));
  }
}
