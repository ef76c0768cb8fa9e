// The parts of a server that rules and queries need, real ones, on a test's database.
import { v7 } from 'uuid';

import { EmitterBus } from '../../bus/emitter-bus.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { createAnnounce } from '../announce.ts';
import { systemClock } from '../clock.ts';
import { createCommit } from '../commit.ts';
import { createLog, type LogParts } from '../log.ts';
import { createLogger } from '../logger.ts';
import { MemoryLease } from '../memory-leases.ts';
import { createMetrics } from '../metrics.ts';
import { RateLimits } from '../rate-limit.ts';
import type { Services } from '../services.ts';
import { Turns } from '../turns.ts';

/** Parts that replace the core's own, and those that domains have added by declaration merging. */
export interface TestParts extends Partial<Services>, Partial<LogParts> {}

const everything: LogParts['withhold'] = (_db, _userId, events) => Promise.resolve(events);

/**
 * Services for a test: the core's parts are all there, a domain's own only where the test gives them
 * (here, or by `Object.assign` when they are made from the core's).
 *
 * @example
 * const services = testServices(database.prisma, { replays: [messageReplay] });
 * Object.assign(services, createAuth({ ...services, config: { secret: 's', registration: true } }));
 */
export function testServices(
  db: PrismaClient,
  { replays = [], withhold = everything, ...parts }: TestParts = {},
): Services {
  const log = parts.log ?? createLogger('silent');
  const metrics = parts.metrics ?? createMetrics();
  const bus = parts.bus ?? new EmitterBus((error) => log.error({ err: error }, 'a listener failed'));
  const clock = parts.clock ?? systemClock;
  const turns = parts.turns ?? new Turns(clock, 4);
  const core: Partial<Services> = {
    db,
    bus,
    clock,
    log,
    eventLog: createLog(db, { replays, withhold }),
    metrics,
    lease: new MemoryLease(),
    rateLimits: new RateLimits(metrics),
    turns,
    commit: createCommit({ db, bus, metrics, clock, random: Math.random, turns }),
    announce: createAnnounce(bus, metrics),
    newId: v7,
    ...parts,
  };
  return core as Services;
}
