import { describe, expect, it } from 'vitest';

import { median, quantile, spread } from './figures.ts';

describe('figures', () => {
  it('have the middle one as their median, or the mean of the two in the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([10, 9])]).toEqual([2, 2.5, 9.5]);
    expect(median([])).toBeNaN();
  });

  it('are told by their least and most beside it', () => {
    expect(spread([5, 1, 9, 2, 3])).toEqual({ median: 3, least: 1, most: 9 });
  });

  it('have quantiles that are figures of theirs', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((part) => quantile(hundred, part))).toEqual([50, 99, 100]);
    expect(quantile([7], 0.99)).toBe(7);
  });
});
