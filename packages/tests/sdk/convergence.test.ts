/** Whatever fails on the way, in the end a client shows what the server has. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { MOVES_BY_NAME, play, type MoveName, type Turn } from './convergence/moves.ts';
import { NAMES, Scene } from './convergence/scene.ts';

const RUNS = Number(process.env['PARLEY_CONVERGENCE_RUNS'] ?? 60);
const STEPS = 40;

const step = fc.record({
  move: fc.constantFrom(...(Object.keys(MOVES_BY_NAME) as MoveName[])),
  who: fc.constantFrom(...NAMES),
  client: fc.constantFrom('ana', 'ben'),
  where: fc.constantFrom(0, 1),
  pick: fc.nat(1_000),
}) satisfies fc.Arbitrary<Omit<Turn, 'scene'> & { move: MoveName }>;

/** For the spread of waits: the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const inRealTime = globalThis.setTimeout;

/** The chunk for server-sent events is loaded in real time, which faked time does not wait for. */
async function within(holds: () => unknown): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await holds();
      return;
    } catch (error) {
      if (tries === 1_000) throw error;
      await new Promise((resolve) => inRealTime(resolve, 5));
      await vi.advanceTimersByTimeAsync(1_000);
    }
  }
}

describe('a client of a server and a network that fail', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('shows in the end what the server has', async () => {
    const steps = fc.array(step, { maxLength: STEPS, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (steps, seed) => {
        vi.spyOn(Math, 'random').mockImplementation(seeded(seed));
        const scene = new Scene();
        try {
          await vi.advanceTimersByTimeAsync(1_000);
          for (const { move, ...turn } of steps) await play(move, { scene, ...turn });
          await scene.settle();
          for (const name of ['ana', 'ben'] as const) {
            await within(async () => {
              const { shown, fetched } = await scene.compare(name);
              expect(shown).toEqual(fetched);
            });
          }
        } finally {
          await scene.server.close();
        }
        // Nothing of a client goes on after it was closed.
        await within(() => expect(vi.getTimerCount()).toBe(0));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
