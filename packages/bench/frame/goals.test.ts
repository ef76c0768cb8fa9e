import { describe, expect, it } from 'vitest';

import { boundOf, judge, multipleOf } from './goals.ts';

const medians = new Map([
  ['parley', 90],
  ['ws', 100],
  ['parley-grown', 99],
]);

describe('a goal', () => {
  it('is a multiple of another’s figure', () => {
    expect(judge({ than: 'ws', atMost: 0.9 }, medians)).toMatchObject({ value: 0.9, reached: true });
    expect(judge({ than: 'ws', atMost: 0.89 }, medians)?.reached).toBe(false);
    expect(judge({ than: 'ws', atLeast: 2 }, medians)?.reached).toBe(false);
  });

  it('is once the other’s figure where both are nothing', () => {
    expect([multipleOf(0, 0), multipleOf(1, 0), multipleOf(1, 2)]).toEqual([1, Infinity, 0.5]);
  });

  it('is about the figure itself without another', () => {
    expect(judge({ atMost: 10 }, medians)).toMatchObject({ value: 90, reached: false });
    expect(judge({ atLeast: 90 }, medians)?.reached).toBe(true);
  });

  it('can be about another than Parley', () => {
    expect(judge({ of: 'parley-grown', than: 'parley', atMost: 1.1 }, medians)?.reached).toBe(true);
  });

  it('is not judged where one of the two was not measured', () => {
    expect(judge({ than: 'centrifugo', atMost: 1 }, medians)).toBeUndefined();
    expect(judge({ of: 'centrifugo', atMost: 1 }, medians)).toBeUndefined();
  });

  it('is written as its bound', () => {
    expect([boundOf({ than: 'ws', atMost: 0.9 }), boundOf({ atLeast: 10_000 })]).toEqual([
      '≤ 0.9 ×',
      '≥ 10 000',
    ]);
  });
});
