import type { Bus } from '../bus/bus.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Announce } from './announce.ts';
import type { Clock } from './clock.ts';
import type { Commit } from './commit.ts';
import type { NodeLease } from './leases.ts';
import type { Log } from './log.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import type { PeopleOnline } from './people-online.ts';
import type { RateLimits } from './rate-limit.ts';
import type { Turns } from './turns.ts';

/**
 * The parts of one running server, reached from a procedure as `ctx.services`. A layer above adds its own by
 * declaration merging (`declare module '../../core/services.ts'`), so that the core stays ignorant of it.
 */
export interface Services {
  db: PrismaClient;
  bus: Bus;
  clock: Clock;
  log: Logger;
  eventLog: Log;
  metrics: Metrics;
  lease: NodeLease;
  rateLimits: RateLimits;
  /** Those of conversations, whatever changes them. */
  turns: Turns;
  commit: Commit;
  announce: Announce;
  peopleOnline: PeopleOnline;
  /** A new UUIDv7. */
  newId(): string;
}
