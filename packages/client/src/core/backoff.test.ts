import { describe, expect, it } from 'vitest';

import { backoff, LONGEST_WAIT_MS } from './backoff.ts';

const JUST_BELOW_ONE = 1 - Number.EPSILON;

describe('backoff', () => {
  it.each([
    [1, 250, 1_000],
    [2, 500, 2_000],
    [5, 4_000, 16_000],
    [6, 7_500, 30_000],
    [7, 7_500, 30_000],
    [10_000, 7_500, 30_000],
  ])('waits after %i failures between %i and %i ms', (failures, least, most) => {
    expect(backoff(failures, 0)).toBe(least);
    expect(backoff(failures, JUST_BELOW_ONE)).toBeLessThanOrEqual(most);
    expect(backoff(failures, JUST_BELOW_ONE)).toBeGreaterThan(most * 0.99);
  });

  it('spreads clients over the whole range', () => {
    const waits = Array.from({ length: 1_000 }, () => backoff(3, Math.random()));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThan(4_000);
    expect(new Set(waits.map((wait) => Math.floor(wait / 500))).size).toBe(6);
  });

  it('never waits longer than the bound, nor less than a quarter of a second', () => {
    for (let failures = 0; failures < 2_000; failures += 1) {
      expect(backoff(failures, JUST_BELOW_ONE)).toBeLessThanOrEqual(LONGEST_WAIT_MS);
      expect(backoff(failures, 0)).toBeGreaterThanOrEqual(250);
    }
  });
});
