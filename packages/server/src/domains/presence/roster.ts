/**
 * Who is connected. One `online` and one `offline` per person however many devices they have and on however many nodes
 * (the leases say who is first and who is last), and a grace for whoever reconnects. What is announced is the state at
 * the time of telling, one after the other for each person, so the last that is told is true. What fails is tried again
 * some times; nobody stays here for ever who has left.
 */
import type { Caller } from '../../core/caller.ts';
import type { Clock } from '../../core/clock.ts';
import type { ConnectionWatcher } from '../../core/connection.ts';
import type { Leases, NodeLease } from '../../core/leases.ts';
import type { Logger } from '../../core/logger.ts';
import type { PeopleOnline } from '../../core/people-online.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { Audiences, type AudiencesOptions } from './audiences.ts';
import { createDepartures } from './departures.ts';
import { saveLastSeen, type Audience } from './store.ts';

export const PRESENCE_GRACE_MS = 5_000;
/** How long after a failure it is tried again, in milliseconds, and how often in all: a minute of outage is bridged. */
export const TELLING_RETRY_MS = 5_000;
export const TELLING_TRIES = 13;
/** People told of at once when a node has died, or this one was taken for dead. */
const TELLING_AT_ONCE = 20;

export interface RosterOptions extends AudiencesOptions {
  clock: Clock;
  lease: NodeLease;
  /** How long someone without a connection still counts as online. */
  graceMs?: number;
}

interface Presence {
  connections: number;
  /** While in grace. */
  leaving: Disposable | undefined;
  lastSeenAt: Date | null;
  /** Whether this node holds the person among the leases. */
  held: boolean;
  /** Whether everybody takes the person to be online: because of this node, or of another. */
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
  readonly #graceMs: number;
  readonly #audiences: Audiences;
  readonly #saveDeparture: (userId: string, at: Date) => Promise<void>;
  readonly #leases: Leases;
  readonly #people = new Map<string, Presence>();

  constructor(options: RosterOptions) {
    const { db, clock, log, lease, graceMs = PRESENCE_GRACE_MS } = options;
    this.#db = db;
    this.#clock = clock;
    this.#log = log;
    this.#graceMs = graceMs;
    this.#leases = lease.space('presence');
    this.#audiences = new Audiences(options, this.#leases);
    this.#saveDeparture = createDepartures(db);
    this.#leases.onExpired((ids, endedAt) => void this.#inherit(ids, endedAt));
    this.#leases.onReaped(() => void this.#beginAnew());
    this.#leases.onShared(() => void this.#audiences.share(async (id) => (await this.online([id])).has(id)));
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

  async online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const held = await this.#leases.held(userIds);
    return new Set(userIds.filter((id) => held.has(id) || this.isOnline(id)));
  }

  async everyone(): Promise<string[]> {
    const held = await this.#leases.all();
    return [...new Set([...held, ...[...this.#people.keys()].filter((id) => this.isOnline(id))])];
  }

  /** Remembers when those still here were last seen; nobody is told: other nodes do, of those who do not come back. */
  async [Symbol.asyncDispose](): Promise<void> {
    const present = [...this.#people].filter(([, presence]) => isPresent(presence));
    for (const [, { leaving, retry }] of this.#people) {
      leaving?.[Symbol.dispose]();
      retry?.[Symbol.dispose]();
    }
    this.#people.clear();
    if (present.length === 0) return;
    const ids = present.map(([id]) => id);
    const now = this.#clock.now();
    await saveLastSeen(this.#db, new Map(ids.map((id) => [id, now]))).catch((error: unknown) =>
      this.#log.warn({ err: error }, 'last seen not saved'),
    );
  }

  #tell(userId: string, presence: Presence): void {
    presence.retry?.[Symbol.dispose]();
    presence.retry = undefined;
    const telling = presence.telling
      .then(() => this.#tellNow(userId, presence))
      .catch((error: unknown) => this.#failed(userId, presence, error))
      .then(() => {
        if (presence.telling === telling) presence.telling = TOLD;
      });
    presence.telling = telling;
  }

  async #tellNow(userId: string, presence: Presence): Promise<void> {
    if (this.#people.get(userId) !== presence) return;
    const leftAt = isPresent(presence) ? null : presence.lastSeenAt;
    if (leftAt === null) await this.#hold(userId, presence);
    else await this.#saveDeparture(userId, leftAt);
    const audience =
      presence.announced === isPresent(presence) ? undefined : await this.#audience(userId, presence);
    // It is told by the telling that waits, which remembers first when that was.
    if (leftAt === null && !isPresent(presence)) return;
    // Only now, so that nothing comes between this and what is told of it.
    if (!isPresent(presence)) await this.#giveBack(userId, presence);
    if (audience !== undefined) await this.#announceTo(audience, userId, presence);
    presence.failures = 0;
    // Whoever has come and left again meanwhile is looked at once more, by the telling that waits.
    const gone = !isPresent(presence) && presence.lastSeenAt === leftAt;
    if (gone && !presence.announced && !presence.held) this.#forget(userId, presence);
  }

  async #hold(userId: string, presence: Presence): Promise<void> {
    if (presence.held) return;
    presence.held = true;
    const isFirst = await this.#leases.enter(userId);
    // What was heard meanwhile is newer: this node was taken for dead, …
    if (!isFirst && presence.held) presence.announced = true;
  }

  async #giveBack(userId: string, presence: Presence): Promise<void> {
    if (!presence.held) return;
    presence.held = false;
    const isLast = await this.#leases.leave(userId);
    // … or another one, and this one holds the person in its place.
    if (!isLast && !presence.held) presence.announced = false;
  }

  async #audience(userId: string, presence: Presence): Promise<Audience> {
    const audience = await this.#audiences.of(userId);
    presence.lastSeenAt ??= audience.lastSeenAt;
    return audience;
  }

  async #announceTo(audience: Audience, userId: string, presence: Presence): Promise<void> {
    const online = isPresent(presence);
    if (presence.announced === online) return;
    presence.announced = online;
    await this.#audiences.tell(audience, { userId, online, lastSeenAt: presence.lastSeenAt });
  }

  /** Takes over those who were at a node that has died: gone, unless they come here before it is told. */
  async #inherit(ids: readonly string[], endedAt: Date): Promise<void> {
    await this.#tellAll(ids, (id) => {
      const presence = this.#people.get(id) ?? { ...newcomer(), lastSeenAt: endedAt };
      this.#people.set(id, presence);
      presence.held = true;
      presence.announced = true;
      return presence;
    });
  }

  /** The others have told that everyone here is gone. */
  async #beginAnew(): Promise<void> {
    await this.#tellAll([...this.#people.keys()], (id) => {
      const presence = this.#people.get(id);
      if (presence === undefined) return undefined;
      presence.held = false;
      presence.announced = false;
      return presence;
    });
  }

  async #tellAll(ids: readonly string[], prepare: (id: string) => Presence | undefined): Promise<void> {
    const all = ids.flatMap((id) => {
      const presence = prepare(id);
      return presence === undefined ? [] : [{ id, presence }];
    });
    for (let begin = 0; begin < all.length; begin += TELLING_AT_ONCE) {
      const some = all.slice(begin, begin + TELLING_AT_ONCE);
      for (const { id, presence } of some) this.#tell(id, presence);
      await Promise.all(some.map(({ presence }) => presence.telling));
    }
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
    if (isPresent(presence)) return;
    this.#forget(userId, presence);
    void this.#giveBack(userId, presence);
  }

  #forget(userId: string, presence: Presence): void {
    presence.retry?.[Symbol.dispose]();
    if (this.#people.get(userId) === presence) this.#people.delete(userId);
  }
}

/** Of everybody of whom there is nothing to tell. */
const TOLD = Promise.resolve();

function newcomer(): Presence {
  return {
    connections: 0,
    leaving: undefined,
    lastSeenAt: null,
    held: false,
    announced: false,
    telling: TOLD,
    failures: 0,
    retry: undefined,
  };
}

function isPresent({ connections, leaving }: Presence): boolean {
  return connections > 0 || leaving !== undefined;
}
