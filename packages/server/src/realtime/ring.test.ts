import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { AnyEvent } from '../core/event.ts';
import { LoggedLive } from './logged-live.ts';
import { Ring, RING_CHARS, RING_FRAMES, RingBudget } from './ring.ts';

const logged = (seq: number) => LoggedLive.of({ seq, event: { type: 'message' } as AnyEvent });
const seqsOf = (ring: Ring) => ring.from(0).map(({ seq }) => seq);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a ring', () => {
  it('keeps so many events, and drops the oldest for a newer one', () => {
    const ring = new Ring(new RingBudget());
    for (const seq of numbers(1, RING_FRAMES + 3)) ring.push(logged(seq), 1);
    expect(seqsOf(ring)).toEqual(numbers(4, RING_FRAMES + 3));
  });

  it('keeps so much, however few events that is', () => {
    const ring = new Ring(new RingBudget());
    for (const seq of numbers(1, 4)) ring.push(logged(seq), RING_CHARS / 2);
    expect(seqsOf(ring)).toEqual([3, 4]);
    ring.push(logged(5), RING_CHARS + 1);
    expect(seqsOf(ring)).toEqual([]);
    ring.push(logged(6), RING_CHARS);
    ring.unshift([logged(5)], () => 1);
    expect(seqsOf(ring)).toEqual([6]);
  });

  it('takes from a page what comes right before it, as far as there is room', () => {
    const ring = new Ring(new RingBudget());
    ring.push(logged(300), 1);
    ring.unshift(numbers(1, 299).map(logged), () => 1);
    expect(seqsOf(ring)).toEqual(numbers(301 - RING_FRAMES, 300));
  });

  it('never has a hole, nor more than its bounds and those of all rings together', () => {
    const step = fc.record({
      ring: fc.nat(3),
      older: fc.boolean(),
      chars: fc.integer({ min: 1, max: RING_CHARS / 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limit = 2 * RING_CHARS;
        const budget = new RingBudget(limit);
        const rings = Array.from({ length: 4 }, () => ({ ring: new Ring(budget), head: 1_000 }));
        for (const { ring: index, older, chars } of steps) {
          const one = rings[index] ?? { ring: new Ring(budget), head: 0 };
          if (older) one.ring.unshift([logged(one.head - one.ring.size)], () => chars);
          else one.ring.push(logged((one.head += 1)), chars);
          for (const { ring, head } of rings) {
            expect(seqsOf(ring)).toEqual(numbers(head - ring.size + 1, head));
            expect(ring.chars).toBeLessThanOrEqual(RING_CHARS);
          }
          expect(budget.chars).toBe(rings.reduce((sum, { ring }) => sum + ring.chars, 0));
          expect(budget.chars).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});

describe('the rings of a node', () => {
  it('have a bound together, and the one that has gone longest without news is emptied first', () => {
    const budget = new RingBudget(10);
    const [one, two, three] = [new Ring(budget), new Ring(budget), new Ring(budget)];
    one.push(logged(1), 4);
    two.push(logged(1), 4);
    one.push(logged(2), 1);
    three.push(logged(1), 4);
    expect([one, two, three].map(seqsOf)).toEqual([[1, 2], [], [1]]);
    expect(budget.chars).toBe(9);
    three.clear();
    expect(budget.chars).toBe(5);
  });
});
