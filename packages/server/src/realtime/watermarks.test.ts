import { describe, expect, it } from 'vitest';

import type { AnyEvent } from '../core/event.ts';
import { MARKS, Watermarks } from './watermarks.ts';

const read = (userId: string, seq: number): AnyEvent => ({
  type: 'read',
  payload: { userId, conversationId: 'talk', seq, readAt: new Date(0) },
});

describe('watermarks', () => {
  it('know what came late', () => {
    const marks = new Watermarks();
    marks.learn(read('ana', 5));
    expect([4, 5, 6].map((seq) => marks.isLate(read('ana', seq)))).toEqual([true, false, false]);
    marks.learn(read('ana', 3));
    expect(marks.isLate(read('ana', 4))).toBe(true);
    expect(marks.isLate(read('ben', 1))).toBe(false);
  });

  it('are a bounded number: the one that has not moved for longest is forgotten', () => {
    const marks = new Watermarks();
    for (let index = 0; index < MARKS; index += 1) marks.learn(read(`person-${index}`, 5));
    marks.learn(read('person-0', 6));
    marks.learn(read('one more', 5));
    const late = (userId: string) => marks.isLate(read(userId, 4));
    expect(['person-0', 'person-1', 'person-2', 'one more'].map(late)).toEqual([true, false, true, true]);
  });
});
