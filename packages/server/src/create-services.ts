/** Makes the parts of one server from its database, and says how they are taken down. */
import type { Bus } from './bus/bus.ts';
import { createAnnounce } from './core/announce.ts';
import type { Clock } from './core/clock.ts';
import type { Closing } from './core/closing.ts';
import { createCommit } from './core/commit.ts';
import type { Database } from './core/database.ts';
import type { NodeLease } from './core/leases.ts';
import { createLog } from './core/log.ts';
import type { Logger } from './core/logger.ts';
import type { Metrics } from './core/metrics.ts';
import { createNewId } from './core/new-id.ts';
import { RateLimits } from './core/rate-limit.ts';
import type { RedisLink } from './core/redis-link.ts';
import type { Services } from './core/services.ts';
import { Turns } from './core/turns.ts';
import { createAuth, type AuthOptions } from './domains/auth/create-auth.ts';
import { shareMembershipReads } from './domains/conversations/membership.ts';
import { conversationReplay } from './domains/conversations/replay.ts';
import { RoomPeople } from './domains/conversations/room-people.ts';
import { withhold } from './domains/inbox/withhold.ts';
import { messageReplay } from './domains/messages/replay.ts';
import { createSends } from './domains/messages/send-group.ts';
import { OfferClock } from './domains/offers/expiry.ts';
import { offerReplay } from './domains/offers/replay.ts';
import { Roster } from './domains/presence/roster.ts';
import { Visits } from './domains/presence/visits.ts';
import { createReceipts } from './domains/receipts/receipts.ts';
import { Typing } from './domains/typing/typing.ts';
import { Hub } from './realtime/hub.ts';

export interface ServicesOptions {
  database: Database;
  bus: Bus;
  metrics: Metrics;
  lease: NodeLease;
  redis: RedisLink | undefined;
  clock: Clock;
  log: Logger;
  closing: Closing;
  auth: AuthOptions['config'];
  rateFactor?: number | undefined;
  presenceGraceMs?: number | undefined;
}

export function createServices(options: ServicesOptions): { services: Services; roster: Roster } {
  const { database, bus, metrics, lease, redis, clock, log, closing, auth, rateFactor, presenceGraceMs } =
    options;
  const db = database.prisma;
  shareMembershipReads(db);
  const eventLog = createLog(db, {
    replays: [conversationReplay, messageReplay, offerReplay],
    withhold,
  });
  const hub = new Hub({ bus, eventLog, log, metrics, clock });
  closing.add(() => hub[Symbol.dispose]());
  const announce = createAnnounce(bus, metrics);
  const grace = presenceGraceMs === undefined ? {} : { graceMs: presenceGraceMs };
  const roster = new Roster({ db, clock, log, announce, lease, ...grace });
  closing.add(() => roster[Symbol.asyncDispose]());
  const typing = new Typing({ db, clock, announce, hub });
  closing.add(() => typing[Symbol.dispose]());

  const turns = new Turns(clock, database.writers);
  const writing = { db, bus, metrics, clock, random: Math.random, turns };
  const services: Services = {
    db,
    bus,
    clock,
    log,
    eventLog,
    metrics,
    lease,
    rateLimits: new RateLimits(metrics, { factor: rateFactor, redis: redis?.client }),
    turns,
    commit: createCommit(writing),
    sends: createSends(writing),
    receipts: createReceipts(writing),
    announce,
    peopleOnline: roster,
    newId: createNewId(clock),
    hub,
    typing,
    roomPeople: new RoomPeople({ db, peopleOnline: roster }),
    visits: new Visits({ db, clock, announce, log, lease, ...grace }),
    ...createAuth({ db, clock, log, metrics, config: auth }),
  };
  const offerClock = new OfferClock(services);
  closing.add(() => offerClock[Symbol.asyncDispose]());
  return { services, roster };
}
