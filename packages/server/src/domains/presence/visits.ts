/**
 * Who has a room open: `user-joined` at a person's first subscription over all nodes, `user-left` after the last, also
 * when its node has died. Whoever was cut off, or told to come again elsewhere, has a grace in which nobody is told, as
 * for presence: in a room of many on bad networks, and in every rolling restart, their coming and going would be most of
 * what is told. The leases say which is the first and which the last; of one person and room it is asked one after the
 * other.
 */
import { setImmediate } from 'node:timers/promises';

import type { Announce } from '../../core/announce.ts';
import type { Caller } from '../../core/caller.ts';
import type { Clock } from '../../core/clock.ts';
import type { Connection } from '../../core/connection.ts';
import type { Leases, NodeLease } from '../../core/leases.ts';
import type { Logger } from '../../core/logger.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { PRESENCE_GRACE_MS } from './roster.ts';
import { usernamesOf } from './store.ts';

declare module '../../core/services.ts' {
  interface Services {
    visits: Visits;
  }
}

export interface VisitsOptions {
  db: PrismaClient;
  clock: Clock;
  announce: Announce;
  log: Logger;
  lease: NodeLease;
  /** How long someone who was cut off may take to come again. */
  graceMs?: number;
}

/** Of every visit of which nothing is being said. */
const SETTLED = Promise.resolve();

/** Visits to a dead node that one query finds the people of. */
const INHERITED_AT_ONCE = 500;

interface Visit {
  /** The lease's name as well as its own here. */
  readonly key: string;
  readonly conversationId: string;
  /** Without a name as long as it is looked up. */
  person: Pick<Caller, 'id' | 'username'>;
  /** Open subscriptions here. */
  count: number;
  /** Whether this node holds the visit among the leases. */
  held: boolean;
  /** While in grace. */
  leaving: Disposable | undefined;
  settling: Promise<void>;
}

export class Visits {
  readonly #db: PrismaClient;
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #announce: Announce;
  readonly #log: Logger;
  readonly #leases: Leases;
  /** By conversation and person; bounded by the connections' caps. */
  readonly #visits = new Map<string, Visit>();

  constructor({ db, clock, announce, log, lease, graceMs = PRESENCE_GRACE_MS }: VisitsOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#graceMs = graceMs;
    this.#announce = announce;
    this.#log = log;
    this.#leases = lease.space('visits');
    this.#leases.onExpired((keys) => void this.#inherit(keys));
    this.#leases.onReaped(() => this.#beginAnew());
  }

  /** Counts a subscription of a connection until disposed. */
  enter(conversationId: string, person: Caller, connection: Pick<Connection, 'id' | 'isLost'>): Disposable {
    const visit = this.#visit(conversationId, person);
    visit.count += 1;
    visit.leaving?.[Symbol.dispose]();
    visit.leaving = undefined;
    this.#log.info({ requestId: connection.id, userId: person.id, conversationId }, 'joined');
    if (visit.count === 1) this.#settle(visit);
    return new Stay(this, visit, connection);
  }

  /** A subscription of a connection has ended. */
  leave(visit: Visit, { id: requestId, isLost }: Pick<Connection, 'id' | 'isLost'>): void {
    const { conversationId, person } = visit;
    this.#log.info({ requestId, userId: person.id, conversationId }, 'left');
    visit.count -= 1;
    if (visit.count > 0) return;
    if (!isLost) return this.#settle(visit);
    visit.leaving = this.#clock.after(this.#graceMs, () => {
      visit.leaving = undefined;
      this.#settle(visit);
    });
  }

  #visit(conversationId: string, person: Visit['person']): Visit {
    const key = keyOf(conversationId, person.id);
    const known = this.#visits.get(key);
    if (known !== undefined) {
      if (known.person.username === '') known.person = person;
      return known;
    }
    const visit: Visit = {
      key,
      conversationId,
      person,
      count: 0,
      held: false,
      leaving: undefined,
      settling: SETTLED,
    };
    this.#visits.set(key, visit);
    return visit;
  }

  #settle(visit: Visit): void {
    const settling = visit.settling.then(() => this.#settleNow(visit));
    visit.settling = settling;
    void settling.then(() => {
      if (visit.settling === settling) visit.settling = SETTLED;
    });
  }

  async #settleNow(visit: Visit): Promise<void> {
    const { key } = visit;
    const present = isOpen(visit);
    if (present !== visit.held) {
      visit.held = present;
      const alone = present ? await this.#leases.enter(key) : await this.#leases.leave(key);
      if (alone) this.#tell(present ? 'user-joined' : 'user-left', visit);
    }
    if (!isOpen(visit) && !visit.held && this.#visits.get(key) === visit) this.#visits.delete(key);
  }

  /** Takes over the visits to a node that has died: over, unless the person has the room open here by now. */
  async #inherit(keys: readonly string[]): Promise<void> {
    for (let begin = 0; begin < keys.length; begin += INHERITED_AT_ONCE) {
      const ids = keys.slice(begin, begin + INHERITED_AT_ONCE).map(idsOf);
      // Held at once: whoever opens the room meanwhile was there before.
      const visits = ids.map(({ conversationId, userId }) =>
        Object.assign(this.#visit(conversationId, { id: userId, username: '' }), { held: true }),
      );
      const usernames = await this.#usernames(ids.map(({ userId }) => userId));
      for (const visit of visits) {
        const { id, username } = visit.person;
        if (username === '') visit.person = { id, username: usernames.get(id) ?? '' };
        if (!isOpen(visit)) this.#settle(visit);
      }
      await setImmediate();
    }
  }

  async #usernames(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    try {
      return await usernamesOf(this.#db, userIds);
    } catch (error) {
      this.#log.warn({ err: error }, 'visitors of a dead node not found');
      return new Map();
    }
  }

  /** The others have told that everyone here has left. */
  #beginAnew(): void {
    for (const visit of this.#visits.values()) {
      visit.held = false;
      this.#settle(visit);
    }
  }

  #tell(type: 'user-joined' | 'user-left', { conversationId, person: { id, username } }: Visit): void {
    // Someone of a dead node, while the database was away.
    if (username === '') return;
    this.#announce.toRoom(conversationId, type, { userId: id, username, conversationId }, { except: id });
  }
}

/** One subscription of a visit. */
class Stay implements Disposable {
  readonly #visits: Visits;
  readonly #visit: Visit;
  readonly #connection: Pick<Connection, 'id' | 'isLost'>;

  constructor(visits: Visits, visit: Visit, connection: Pick<Connection, 'id' | 'isLost'>) {
    this.#visits = visits;
    this.#visit = visit;
    this.#connection = connection;
  }

  [Symbol.dispose](): void {
    this.#visits.leave(this.#visit, this.#connection);
  }
}

const isOpen = ({ count, leaving }: Visit): boolean => count > 0 || leaving !== undefined;

const keyOf = (conversationId: string, userId: string) => `${conversationId}|${userId}`;

function idsOf(key: string): { conversationId: string; userId: string } {
  // A person's id may have one of its own: it is the `sub` of a token that was issued elsewhere.
  const [conversationId = '', ...userId] = key.split('|');
  return { conversationId, userId: userId.join('|') };
}
