import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Random } from '../random.ts';
import { schedule, type Step } from './schedule.ts';

const outline = (steps: readonly Step[]) =>
  steps.map(({ at, fault, forMs, seed }) => [at, fault.name, forMs, seed]);

describe('a schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => outline(schedule(new Random(seed), { forMs: 60_000, without: [] }));
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('has all kinds in time, ends in time, and does nothing to what is not there', () => {
    const steps = schedule(new Random(1), { forMs: 30 * 60_000, without: [] });
    expect(new Set(steps.map(({ fault }) => fault.name)).size).toBe(23);
    const alone = schedule(new Random(1), { forMs: 30 * 60_000, without: ['redis', 'postgres'] });
    expect(new Set(alone.map(({ fault }) => fault.touches))).toEqual(new Set(['clients', 'node', 'bus']));
  });

  it('never breaks a part that is broken already', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1000, max: 300_000 }), (seed, forMs) => {
        const ends = new Map<string, number>();
        for (const { at, fault, forMs: lasts } of schedule(new Random(seed), { forMs, without: [] })) {
          expect(at).toBeGreaterThanOrEqual(ends.get(fault.touches) ?? 0);
          expect(at + lasts).toBeLessThanOrEqual(forMs);
          ends.set(fault.touches, at + lasts);
        }
      }),
    );
  });
});
