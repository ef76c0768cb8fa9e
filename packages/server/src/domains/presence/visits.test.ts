import { beforeEach, describe, expect, it } from 'vitest';

import type { Announce } from '../../core/announce.ts';
import type { NodeLease } from '../../core/leases.ts';
import { createLogger } from '../../core/logger.ts';
import { MemoryLease } from '../../core/memory-leases.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { PRESENCE_GRACE_MS } from './roster.ts';
import { Visits } from './visits.ts';

const ana = { id: 'ana', username: 'Ana', avatar: null };

describe('visits', () => {
  let clock: ManualClock;
  let told: string[];
  let visits: Visits;
  let announce: Announce;
  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    announce = {
      toRoom: (_conversationId, type) => told.push(type),
      toRooms: () => Promise.resolve(),
      toInbox: () => undefined,
      toInboxes: () => Promise.resolve(),
    };
    // Of people who visited a node that has died: there is none here.
    const db = undefined as unknown as PrismaClient;
    visits = new Visits({ db, clock, announce, log: createLogger('silent'), lease: new MemoryLease() });
  });
  const enter = (isLost = false) => visits.enter('talk', ana, { id: 'socket', isLost });
  /** Until what was done is told. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('are told at the first and after the last of a person', async () => {
    const [one, two] = [enter(), enter()];
    await settled();
    one[Symbol.dispose]();
    await settled();
    expect(told).toEqual(['user-joined']);
    two[Symbol.dispose]();
    await settled();
    expect(told).toEqual(['user-joined', 'user-left']);
  });

  it('go on for whoever was cut off and comes again in time', async () => {
    const cut = enter(true);
    await settled();
    cut[Symbol.dispose]();
    await settled();
    clock.advance(PRESENCE_GRACE_MS - 1);
    const back = enter();
    clock.advance(PRESENCE_GRACE_MS);
    await settled();
    expect(told).toEqual(['user-joined']);
    back[Symbol.dispose]();
    await settled();
    expect(told).toEqual(['user-joined', 'user-left']);
  });

  it('end for whoever was cut off and does not', async () => {
    const cut = enter(true);
    await settled();
    cut[Symbol.dispose]();
    clock.advance(PRESENCE_GRACE_MS - 1);
    await settled();
    expect(told).toEqual(['user-joined']);
    clock.advance(1);
    await settled();
    expect(told).toEqual(['user-joined', 'user-left']);
  });

  it('of a dead node end by the whole name of their person, whatever is in it', async () => {
    let expired: (keys: string[], at: Date) => void = () => undefined;
    const lease: NodeLease = Object.assign(new MemoryLease(), {
      space: (name: 'presence' | 'visits') => ({
        ...new MemoryLease().space(name),
        onExpired: (listener: typeof expired) => (expired = listener),
      }),
    });
    const db = {
      user: { findMany: () => Promise.resolve([{ id: 'auth0|ana', username: 'Ana' }]) },
    } as unknown as PrismaClient;
    visits = new Visits({ db, clock, announce, log: createLogger('silent'), lease });
    expired(['talk|auth0|ana'], new Date(0));
    await expect.poll(() => told).toEqual(['user-left']);
  });
});
