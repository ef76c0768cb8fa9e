/**
 * The server in memory against the real one: every behaviour is played on both, with tRPC's client and with ours, over
 * both transports, and everything that is told must be the same.
 */
import type { TestServer } from '@parley/client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { startServer, type TestServer as RealServer } from '../harness/server.ts';
import { FEEDS, LONG_FEEDS } from './conformance/feeds.ts';
import { GROUPS } from './conformance/groups.ts';
import { LONG_INPUTS } from './conformance/inputs.ts';
import { SESSIONS } from './conformance/sessions.ts';
import { CLIENTS, inMemory, sidesOf, type Side } from './conformance/side.ts';
import { Stage, type Play } from './conformance/stage.ts';
import { TALK } from './conformance/talk.ts';
import { LONG_TRADE, TRADE } from './conformance/trade.ts';

const [kind] = databases();
const BEHAVIOURS = Object.entries({ ...TALK, ...GROUPS, ...TRADE, ...FEEDS, ...SESSIONS });
/** Hundreds of calls in a row, of which it is enough to make them with one client. */
const LONG_MS = 240_000;
const LONG = Object.entries({ ...LONG_INPUTS, ...LONG_TRADE, ...LONG_FEEDS });

describe('the server in memory', () => {
  let real: RealServer;
  let memory: TestServer;
  beforeAll(async () => {
    real = await startServer(kind);
    memory = inMemory();
  });
  afterAll(async () => {
    await memory.close();
    await real[Symbol.asyncDispose]();
  });

  async function compare(sides: readonly Side[], play: Play): Promise<void> {
    const [reference, ...others] = await Promise.all(sides.map((side) => Stage.trace(side, play)));
    expect(reference?.length).toBeGreaterThan(0);
    for (const [index, trace] of others.entries()) {
      const side = sides[index + 1]?.name;
      expect({ side, trace }).toEqual({ side, trace: reference });
    }
  }

  it.each(BEHAVIOURS)('tells the same as the real one: %s', async (_name, play) => {
    const sides = sidesOf(real, memory);
    expect(sides).toHaveLength(2 * CLIENTS.length);
    await compare(sides, play);
  });

  it.each(LONG)(
    'tells the same as the real one: %s',
    async (_name, play) => {
      const sides = sidesOf(real, memory).filter(({ client }) => client === 'stock');
      expect(sides).toHaveLength(2);
      await compare(sides, play);
    },
    LONG_MS,
  );
});
