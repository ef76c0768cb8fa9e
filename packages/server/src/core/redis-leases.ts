/**
 * The lease of this node in Redis, renewed every few seconds, and what it holds under it. Every node looks for others
 * whose lease has ended. What Redis has forgotten is written down again at the next beat; and since others need as long
 * for that, nobody is the last anywhere before they had the time.
 */
import { randomUUID } from 'node:crypto';

import type { Clock } from './clock.ts';
import { LEASE_SPACES, type Leases, type LeaseSpace, type NodeLease } from './leases.ts';
import type { Logger } from './logger.ts';
import { NODES_KEY, withLeaseScripts, type LeaseScripts } from './redis-lease-scripts.ts';
import { REDIS_TIMES, type RedisLink } from './redis-link.ts';
import { plainError } from './redis-place.ts';

export const LEASE_TIMES = {
  /** A node that is not heard of for so long is dead. */
  leaseMs: 15_000,
  renewMs: 5_000,
  /** After a stop in good order others wait for so long before they take over: clients come again elsewhere. */
  departMs: 5_000,
};
/** Keys that one command writes down again. */
const REGISTER_KEYS = 5_000;
/** The scripts' answer to a node that has no lease. */
const NO_LEASE = -1;

interface Options {
  link: RedisLink;
  clock: Clock;
  log: Logger;
  times?: Partial<typeof LEASE_TIMES>;
}

interface Space extends Leases {
  readonly keys: ReadonlySet<string>;
  inherit(keys: string[], endedAt: Date): void;
  forget(): void;
  restored(): void;
}

export class RedisLease implements NodeLease {
  readonly #id = randomUUID();
  readonly #link: RedisLink;
  readonly #redis: LeaseScripts;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #times: typeof LEASE_TIMES;
  readonly #spaces: Record<LeaseSpace, Space>;
  readonly #timer: Disposable;
  #lost: () => void = () => undefined;
  #beatAt: number;
  #beating: Promise<void> | undefined;
  #registering: Promise<void> | undefined;
  #restoring: Disposable | undefined;
  /** Whether Redis may hold something else of this node than it holds. */
  #stale = false;
  #closed = false;

  constructor({ link, clock, log, times }: Options) {
    this.#link = link;
    this.#redis = withLeaseScripts(link.client);
    this.#clock = clock;
    this.#log = log;
    this.#times = { ...LEASE_TIMES, ...times };
    this.#spaces = { presence: this.#createSpace('presence'), visits: this.#createSpace('visits') };
    this.#beatAt = clock.now();
    this.#timer = clock.every(this.#times.renewMs, () => void this.#tick());
    // It may come back with what it knew some time ago.
    link.onDown(() => (this.#stale = true));
    link.onUp(() => void this.beat());
    void this.beat();
  }

  get isShared(): boolean {
    return this.#link.isUp && !this.#stale;
  }

  space(name: LeaseSpace): Leases {
    return this.#spaces[name];
  }

  onLost(listener: () => void): void {
    this.#lost = listener;
  }

  /** Renews the lease, and takes over from the dead. Joins the beat under way; never rejects. */
  beat(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => (this.#beating = undefined));
    return this.#beating;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer[Symbol.dispose]();
    this.#restoring?.[Symbol.dispose]();
    await this.#beating;
    if (this.#link.isUp)
      await this.#redis.leaseDepart(NODES_KEY, this.#id, this.#times.departMs).catch(() => undefined);
  }

  async #tick(): Promise<void> {
    const now = this.#clock.now();
    const asleep = now - this.#beatAt > this.#times.leaseMs;
    this.#beatAt = now;
    if (asleep) this.#giveUp('it was frozen');
    await this.beat();
  }

  async #beat(): Promise<void> {
    if (!this.#link.isUp || this.#closed) return;
    try {
      const state = await this.#redis.leaseBeat(
        NODES_KEY,
        this.#id,
        this.#times.leaseMs,
        this.#stale ? 1 : 0,
      );
      if (state === 'reaped') {
        for (const space of Object.values(this.#spaces)) space.forget();
        this.#giveUp('others have taken it for dead');
      }
      if (state !== 'kept' || this.#stale) await this.#register(this.#stale);
      await this.#reap();
    } catch (error) {
      this.#stale = true;
      this.#log.warn({ err: plainError(error) }, 'lease not renewed');
    }
  }

  #giveUp(why: string): void {
    this.#log.warn({ why }, 'this node did not live as long as its lease');
    this.#lost();
  }

  async #register(wasAway: boolean): Promise<void> {
    this.#registering = this.#writeDown().finally(() => (this.#registering = undefined));
    await this.#registering;
    if (!wasAway) return;
    this.#restoring?.[Symbol.dispose]();
    this.#restoring = this.#clock.after(this.#settleMs, () => {
      if (!this.#stale) for (const space of Object.values(this.#spaces)) space.restored();
    });
  }

  /** How long the others may need to be back too, and to write down what they hold. */
  get #settleMs(): number {
    return this.#times.renewMs + REDIS_TIMES.commandMs;
  }

  async #writeDown(): Promise<void> {
    this.#stale = false;
    for (const [name, { keys }] of Object.entries(this.#spaces)) {
      const [draft, left] = [randomUUID(), [...keys]];
      do {
        const some = left.splice(0, REGISTER_KEYS);
        await this.#redis.leaseRegister(NODES_KEY, this.#id, name, draft, left.length === 0 ? 1 : 0, ...some);
      } while (left.length > 0);
    }
  }

  async #reap(): Promise<void> {
    for (;;) {
      const settleMs = this.#settleMs;
      const [end, ...lists] = await this.#redis.leaseReap(NODES_KEY, this.#id, settleMs, ...LEASE_SPACES);
      if (end === undefined) return;
      const endedAt = new Date(Math.min(Number(end), this.#clock.now()));
      const held = Object.fromEntries(LEASE_SPACES.map((name, index) => [name, lists[index]?.length ?? 0]));
      this.#log.info({ endedAt, held }, 'taken over from a node that stopped or died');
      for (const [index, name] of LEASE_SPACES.entries())
        this.#spaces[name].inherit(lists[index] ?? [], endedAt);
    }
  }

  /** What Redis answers; undefined while it does not. */
  async #ask(call: () => Promise<number>): Promise<number | undefined> {
    for (let tries = 0; tries < 2 && this.#link.isUp && !this.#closed; tries += 1) {
      try {
        // What is written down meanwhile would not have this in it.
        await this.#registering;
        const answer = await call();
        if (answer !== NO_LEASE) return answer;
        await this.beat();
      } catch {
        break;
      }
    }
    this.#stale = true;
    return undefined;
  }

  #createSpace(name: LeaseSpace): Space {
    const [redis, clock, id] = [this.#redis, this.#clock, this.#id];
    const keys = new Set<string>();
    let expired: (some: string[], endedAt: Date) => void = () => undefined;
    let reaped = (): void => undefined;
    let shared = (): void => undefined;
    const isShared = () => this.isShared;
    return {
      keys,
      get isShared() {
        return isShared();
      },
      enter: async (key) => {
        keys.add(key);
        return (await this.#ask(() => redis.leaseEnter(NODES_KEY, id, name, key))) !== 0;
      },
      leave: async (key) => {
        keys.delete(key);
        for (;;) {
          const answer = await this.#ask(() => redis.leaseLeave(NODES_KEY, id, name, key, this.#settleMs));
          if (answer === undefined || answer >= 0) return answer !== 0;
          await new Promise<void>((resolve) => clock.after(NO_LEASE - answer, resolve));
          if (keys.has(key)) return false;
        }
      },
      held: async (asked) => {
        const own = asked.filter((key) => keys.has(key));
        const flags = await this.#look(() => redis.leaseHeld(NODES_KEY, id, name, ...asked));
        return new Set([...own, ...asked.filter((_key, index) => flags[index] === 1)]);
      },
      all: async () => {
        const everywhere = await this.#look(() => redis.leaseAll(NODES_KEY, id, name));
        return [...new Set([...keys, ...everywhere])];
      },
      onExpired: (listener) => (expired = listener),
      onReaped: (listener) => (reaped = listener),
      onShared: (listener) => (shared = listener),
      inherit(some, endedAt) {
        for (const key of some) keys.add(key);
        if (some.length > 0) expired(some, endedAt);
      },
      forget() {
        keys.clear();
        reaped();
      },
      restored: () => shared(),
    };
  }

  /** Nothing while Redis does not answer. */
  async #look<Item>(call: () => Promise<Item[]>): Promise<Item[]> {
    if (!this.#link.isUp) return [];
    try {
      return await call();
    } catch {
      return [];
    }
  }
}
