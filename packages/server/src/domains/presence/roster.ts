/**
 * Who is connected to this node. One `online` and one `offline` per person however many devices they have, and a
 * grace for whoever reconnects. What is announced is the state at the time of telling, one after the other for each
 * person, so the last that is told is true. What fails is tried again some times; nobody stays here for ever who has
 * left.
 */
import type { Announce } from '../../core/announce.ts';
import type { Caller } from '../../core/caller.ts';
import type { Clock } from '../../core/clock.ts';
import type { ConnectionWatcher } from '../../core/connection.ts';
import type { Logger } from '../../core/logger.ts';
import type { PeopleOnline } from '../../core/people-online.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { audienceOf, lastSeenOf, saveLastSeen, type Audience } from './store.ts';

export const PRESENCE_GRACE_MS = 5_000;
/** How long after a failure it is tried again, in milliseconds, and how often in all: a minute of outage is bridged. */
export const TELLING_RETRY_MS = 5_000;
export const TELLING_TRIES = 13;

export interface RosterOptions {
  db: PrismaClient;
  clock: Clock;
  log: Logger;
  announce: Announce;
  /** How long someone without a connection still counts as online. */
  graceMs?: number;
}

interface Presence {
  connections: number;
  /** While in grace. */
  leaving: Disposable | undefined;
  lastSeenAt: Date | null;
  announced: boolean;
  telling: Promise<void>;
  /** Failures since something was told. */
  failures: number;
  /** While waiting to tell again. */
  retry: Disposable | undefined;
}

export class Roster implements PeopleOnline, ConnectionWatcher, AsyncDisposable {
  readonly #db: PrismaClient;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #announce: Announce;
  readonly #graceMs: number;
  readonly #people = new Map<string, Presence>();

  constructor({ db, clock, log, announce, graceMs = PRESENCE_GRACE_MS }: RosterOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#log = log;
    this.#announce = announce;
    this.#graceMs = graceMs;
  }

  connected({ id }: Caller): void {
    const presence = this.#people.get(id) ?? newcomer();
    this.#people.set(id, presence);
    presence.connections += 1;
    presence.leaving?.[Symbol.dispose]();
    presence.leaving = undefined;
    this.#tell(id, presence);
  }

  disconnected({ id }: Caller): void {
    const presence = this.#people.get(id);
    if (presence === undefined) return;
    presence.connections -= 1;
    if (presence.connections > 0) return;
    presence.lastSeenAt = new Date(this.#clock.now());
    presence.leaving = this.#clock.after(this.#graceMs, () => {
      presence.leaving = undefined;
      this.#tell(id, presence);
    });
  }

  isOnline(userId: string): boolean {
    const presence = this.#people.get(userId);
    return presence !== undefined && isPresent(presence);
  }

  online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(userIds.filter((id) => this.isOnline(id))));
  }

  everyone(): Promise<string[]> {
    return Promise.resolve([...this.#people.keys()].filter((id) => this.isOnline(id)));
  }

  /** Remembers when those still here were last seen; nobody is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    const present = [...this.#people].filter(([, presence]) => isPresent(presence));
    for (const [, { leaving, retry }] of this.#people) {
      leaving?.[Symbol.dispose]();
      retry?.[Symbol.dispose]();
    }
    this.#people.clear();
    if (present.length === 0) return;
    const ids = present.map(([id]) => id);
    await saveLastSeen(this.#db, ids, new Date(this.#clock.now())).catch((error: unknown) =>
      this.#log.warn({ err: error }, 'last seen not saved'),
    );
  }

  #tell(userId: string, presence: Presence): void {
    presence.retry?.[Symbol.dispose]();
    presence.retry = undefined;
    presence.telling = presence.telling
      .then(() => this.#tellNow(userId, presence))
      .catch((error: unknown) => this.#failed(userId, presence, error));
  }

  async #tellNow(userId: string, presence: Presence): Promise<void> {
    if (this.#people.get(userId) !== presence) return;
    const leftAt = isPresent(presence) ? null : presence.lastSeenAt;
    if (leftAt !== null) await saveLastSeen(this.#db, [userId], leftAt);
    if (presence.announced !== isPresent(presence)) {
      const before = presence.lastSeenAt ?? (await lastSeenOf(this.#db, userId));
      const audience = await audienceOf(this.#db, userId);
      presence.lastSeenAt ??= before;
      await this.#announceTo(audience, userId, presence);
    }
    presence.failures = 0;
    // Whoever has come and left again meanwhile is looked at once more, by the telling that waits.
    const gone = !isPresent(presence) && presence.lastSeenAt === leftAt;
    if (gone && !presence.announced) this.#forget(userId, presence);
  }

  async #announceTo({ rooms, people }: Audience, userId: string, presence: Presence): Promise<void> {
    const online = isPresent(presence);
    if (presence.announced === online) return;
    presence.announced = online;
    const payload = { userId, online, lastSeenAt: presence.lastSeenAt };
    await this.#announce.toRooms(rooms, 'presence', payload, { except: userId });
    await this.#announce.toInboxes(people, 'presence', payload);
  }

  /** Tries again later. Whoever has left is given up after some tries; whoever is here, until their next change. */
  #failed(userId: string, presence: Presence, error: unknown): void {
    presence.failures += 1;
    this.#log.warn({ err: error, userId, failures: presence.failures }, 'presence not announced');
    if (this.#people.get(userId) !== presence) return;
    presence.retry?.[Symbol.dispose]();
    if (presence.failures < TELLING_TRIES) {
      presence.retry = this.#clock.after(TELLING_RETRY_MS, () => this.#tell(userId, presence));
      return;
    }
    presence.failures = 0;
    if (!isPresent(presence)) this.#forget(userId, presence);
  }

  #forget(userId: string, presence: Presence): void {
    presence.retry?.[Symbol.dispose]();
    if (this.#people.get(userId) === presence) this.#people.delete(userId);
  }
}

function newcomer(): Presence {
  return {
    connections: 0,
    leaving: undefined,
    lastSeenAt: null,
    announced: false,
    telling: Promise.resolve(),
    failures: 0,
    retry: undefined,
  };
}

function isPresent({ connections, leaving }: Presence): boolean {
  return connections > 0 || leaving !== undefined;
}
