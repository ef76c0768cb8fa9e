/**
 * The model test: after everything that anyone does, what each of three people shows, by events applied to what they
 * had, is what they would fetch anew. A mirror that misses an event, or is told too little, differs.
 */
import { INBOX_EVENTS, ROOM_EVENTS } from '@parley/contract/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { ACTIONS, type Action } from './actions.ts';
import { Scene, type Move, type Step } from './scene.ts';

const RUNS = 3;
const STEPS = { minLength: 40, maxLength: 50 };

const ANA = 0;
const BEN = 1;
const CEM = 2;

/** Each action at least once, none of which is refused. Whoever is picked first of the others is Ben, or else Ana. */
const EVERYTHING: [move: Move, who: number, pick?: number][] = [
  ['send', ANA, 0],
  ['send', BEN, 1],
  ['reply', CEM],
  ['edit', ANA],
  ['react', BEN],
  // Another emoji on the same message, then the first emoji again: it keeps its place when who put it first leaves it.
  ['react', CEM, 6],
  ['react', ANA],
  ['unreact', BEN],
  ['say what was delivered', CEM],
  ['read a part', CEM, 1],
  ['read', BEN],
  ['delete', ANA],
  ['go away', CEM],
  ['offer', ANA],
  ['accept', BEN],
  ['complete', ANA],
  ['complete', BEN],
  ['offer', ANA],
  ['decline', BEN],
  ['offer', ANA],
  ['withdraw', ANA],
  ['send', BEN, 2],
  ['edit', BEN, 2],
  ['cut', BEN],
  ['offer', ANA],
  ['counter', BEN],
  ['accept', ANA],
  ['cancel', BEN],
  ['rename', ANA, 1],
  ['set a role', ANA, 1],
  ['come back', CEM],
  ['remove', ANA],
  ['send', ANA, 4],
  ['add', ANA],
  ['send', ANA, 5],
  ['leave', CEM],
];

const durable = (kind: string, events: Record<string, { durable: boolean }>) =>
  Object.entries(events).flatMap(([type, event]) => (event.durable ? [`${kind}:${type}`] : []));

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...(Object.keys(ACTIONS) as Action[])) },
  { weight: 4, arbitrary: fc.constantFrom<Move>('send', 'offer', 'add') },
  { weight: 3, arbitrary: fc.constantFrom<Move>('cut', 'go away', 'come back') },
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ move: moves, who: fc.nat(2), where: fc.nat(1), pick: fc.nat(63) }),
  STEPS,
);

describe.each(databases())('what people show on $kind', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('is what they would fetch, after every action and every event of the catalogue', async () => {
    const scene = await Scene.open(server);
    for (const [move, who, pick = 0] of EVERYTHING) {
      expect([move, await scene.take({ move, who, where: 0, pick })]).toEqual([move, 'done']);
    }
    await scene.end();
    const told = [...durable('room', ROOM_EVENTS), ...durable('inbox', INBOX_EVENTS)];
    expect(told.filter((event) => !scene.heard.has(event))).toEqual([]);
    const done = new Set(EVERYTHING.map(([move]) => move));
    expect(Object.keys(ACTIONS).filter((action) => !done.has(action as Move))).toEqual([]);
  });

  it('is what they would fetch, whatever they do in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const scene = await Scene.open(server);
        for (const step of plan) await scene.take(step);
        await scene.end();
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 40_000 },
    );
  });
});
