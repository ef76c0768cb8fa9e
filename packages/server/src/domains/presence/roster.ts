/**
 * Who is connected to this node. One `online` and one `offline` per person however many devices they have, and a
 * grace for whoever reconnects. What is announced is the state at the time of telling, one after the other for each
 * person, so the last that is told is true.
 */
import type { Announce } from '../../core/announce.ts';
import type { Caller } from '../../core/caller.ts';
import type { Clock } from '../../core/clock.ts';
import type { ConnectionWatcher } from '../../core/connection.ts';
import type { Logger } from '../../core/logger.ts';
import type { PeopleOnline } from '../../core/people-online.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { audienceOf, lastSeenOf, saveLastSeen } from './store.ts';

export const PRESENCE_GRACE_MS = 5_000;

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
    for (const [, presence] of this.#people) presence.leaving?.[Symbol.dispose]();
    this.#people.clear();
    if (present.length === 0) return;
    const ids = present.map(([id]) => id);
    await saveLastSeen(this.#db, ids, new Date(this.#clock.now())).catch((error: unknown) =>
      this.#log.warn({ err: error }, 'last seen not saved'),
    );
  }

  #tell(userId: string, presence: Presence): void {
    presence.telling = presence.telling
      .then(() => this.#tellNow(userId, presence))
      .catch((error: unknown) => this.#log.warn({ err: error, userId }, 'presence not announced'));
  }

  async #tellNow(userId: string, presence: Presence): Promise<void> {
    if (presence.announced === isPresent(presence)) return;
    if (!isPresent(presence) && presence.lastSeenAt !== null) {
      await saveLastSeen(this.#db, [userId], presence.lastSeenAt);
    }
    presence.lastSeenAt ??= await lastSeenOf(this.#db, userId);
    const { rooms, people } = await audienceOf(this.#db, userId);
    const online = isPresent(presence);
    if (presence.announced === online) return;
    presence.announced = online;
    const payload = { userId, online, lastSeenAt: presence.lastSeenAt };
    for (const conversationId of rooms)
      this.#announce.toRoom(conversationId, 'presence', payload, { except: userId });
    for (const person of people) this.#announce.toInbox(person, 'presence', payload);
    if (!online && this.#people.get(userId) === presence) this.#people.delete(userId);
  }
}

function newcomer(): Presence {
  return {
    connections: 0,
    leaving: undefined,
    lastSeenAt: null,
    announced: false,
    telling: Promise.resolve(),
  };
}

function isPresent({ connections, leaving }: Presence): boolean {
  return connections > 0 || leaving !== undefined;
}
