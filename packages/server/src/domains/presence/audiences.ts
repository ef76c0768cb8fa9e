/**
 * Whom a person's presence is told to, and the telling. Of whom was told while there was no way to the other nodes is
 * remembered: how they are then is told again once there is one.
 */
import type { Announce } from '../../core/announce.ts';
import type { EphemeralEvents } from '../../core/event.ts';
import type { Leases } from '../../core/leases.ts';
import type { Logger } from '../../core/logger.ts';
import { GATHER_MS, sharedRead } from '../../core/shared-read.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { audiencesOf, type Audience } from './store.ts';

/** People whose audiences one query reads. */
const AUDIENCES_READ = 50;
/** People of whom it is remembered that the other nodes have not heard. Of more they hear at the next change. */
const UNSHARED_PEOPLE = 10_000;

export interface AudiencesOptions {
  db: PrismaClient;
  log: Logger;
  announce: Announce;
  unsharedPeople?: number;
}

type Payload = EphemeralEvents['room']['presence'];

/** Of somebody who is not known. */
const NOBODY: Audience = { lastSeenAt: null, rooms: [], people: [] };

export class Audiences {
  readonly #log: Logger;
  readonly #announce: Announce;
  readonly #leases: Pick<Leases, 'isShared'>;
  readonly #find: (userId: string) => Promise<Audience | undefined>;
  readonly #unsharedPeople: number;
  /** Told of while there was no way to the other nodes. */
  readonly #unshared = new Set<string>();

  constructor(
    { db, log, announce, unsharedPeople = UNSHARED_PEOPLE }: AudiencesOptions,
    leases: Pick<Leases, 'isShared'>,
  ) {
    this.#log = log;
    this.#announce = announce;
    this.#leases = leases;
    this.#find = sharedRead((ids) => audiencesOf(db, ids), {
      maxKeys: AUDIENCES_READ,
      gatherMs: GATHER_MS,
    });
    this.#unsharedPeople = unsharedPeople;
  }

  async of(userId: string): Promise<Audience> {
    return (await this.#find(userId)) ?? NOBODY;
  }

  async tell(audience: Audience, payload: Payload): Promise<void> {
    if (!this.#leases.isShared && this.#unshared.size < this.#unsharedPeople)
      this.#unshared.add(payload.userId);
    await this.#publish(audience, payload);
  }

  /** Tells how those are who have come or gone while the other nodes could not hear of it. */
  async share(isOnline: (userId: string) => Promise<boolean>): Promise<void> {
    const ids = [...this.#unshared];
    this.#unshared.clear();
    try {
      for (const userId of ids) {
        const audience = await this.of(userId);
        // Asked last: whoever has come or gone meanwhile was told of already.
        const online = await isOnline(userId);
        await this.#publish(audience, { userId, online, lastSeenAt: audience.lastSeenAt });
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'presence not shared');
    }
  }

  async #publish({ rooms, people }: Audience, payload: Payload): Promise<void> {
    await this.#announce.toRooms(rooms, 'presence', payload, { except: payload.userId });
    await this.#announce.toInboxes(people, 'presence', payload);
  }
}
