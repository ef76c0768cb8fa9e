import { describe, expect, it } from 'vitest';

import type { AnyEvent } from '../core/event.ts';
import { MARKS, Watermarks } from './watermarks.ts';

const mark = (type: 'read' | 'delivered', userId: string, seq: number): AnyEvent => {
  const moved = { conversationId: 'talk', userId, seq };
  const at = new Date(0);
  return type === 'read'
    ? { type, payload: { ...moved, readAt: at } }
    : { type, payload: { ...moved, deliveredAt: at } };
};

describe('the known watermarks of a topic', () => {
  it('tell what comes late from what goes on, for each person and each of the two', () => {
    const watermarks = new Watermarks();
    watermarks.learn(mark('read', 'ana', 7));
    watermarks.learn(mark('read', 'ana', 5));
    expect(watermarks.isLate(mark('read', 'ana', 6))).toBe(true);
    expect(watermarks.isLate(mark('read', 'ana', 7))).toBe(false);
    expect(watermarks.isLate(mark('read', 'ben', 1))).toBe(false);
    expect(watermarks.isLate(mark('delivered', 'ana', 1))).toBe(false);
  });

  it('are so many and no more: the one that has not moved for longest is forgotten', () => {
    const watermarks = new Watermarks();
    for (let person = 0; person < MARKS; person += 1) watermarks.learn(mark('read', `${person}`, 2));
    watermarks.learn(mark('read', '0', 3));
    watermarks.learn(mark('read', 'one more', 2));
    expect(watermarks.isLate(mark('read', '0', 1))).toBe(true);
    expect(watermarks.isLate(mark('read', '1', 1))).toBe(false);
    expect(watermarks.isLate(mark('read', '2', 1))).toBe(true);
  });
});
