import { describe, expect, it } from 'vitest';

import { excluding, has, including, NONE, sizeOf, type Few } from './few.ts';
import { randomFrom } from './testing/random.ts';

describe('a set of few', () => {
  it('is what a set is, at any size and whatever comes and goes', () => {
    const seed = Date.now() >>> 0;
    const random = randomFrom(seed);
    let few: Few<number> = NONE;
    const set = new Set<number>();
    for (let step = 0; step < 2_000; step += 1) {
      const one = Math.floor(random() * 20);
      // It grows and shrinks through the size at which it changes its form.
      if (random() < (step % 400 < 200 ? 0.65 : 0.3)) {
        few = including(few, one);
        set.add(one);
      } else {
        few = excluding(few, one);
        set.delete(one);
      }
      expect(new Set(few), `seed ${seed}`).toEqual(set);
      expect([sizeOf(few), has(few, one)]).toEqual([set.size, set.has(one)]);
    }
  });

  it('goes on as it was for whoever goes through it while it is short', () => {
    let few: Few<number> = including(including(NONE, 1), 2);
    const seen: number[] = [];
    for (const one of few) {
      seen.push(one);
      few = including(excluding(few, one), one + 2);
    }
    expect([seen, [...few]]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});
