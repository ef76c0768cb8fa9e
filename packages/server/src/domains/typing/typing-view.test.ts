import { LIMITS } from '@parley/contract/schemas';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { ManualClock } from '../../core/testing/manual-clock.ts';
import { TypingView } from './typing-view.ts';

const { typingExpiryMs, typingIntervalMs } = LIMITS;

describe('the view of typing', () => {
  let clock: ManualClock;
  let began: number;
  let told: [at: number, userId: string, isTyping: boolean][];
  let view: TypingView;
  beforeEach(() => {
    clock = new ManualClock();
    began = clock.now();
    told = [];
    view = new TypingView({
      clock,
      tell: (_topic, { userId, isTyping }) => told.push([clock.now() - began, userId, isTyping]),
    });
  });
  const sign = (isTyping: boolean, leaseMs: number = typingExpiryMs, userId = 'ana') =>
    view.take('c:t', { conversationId: 't', userId, username: userId, isTyping }, leaseMs);

  it('tells a change once, however often its sign is repeated', () => {
    for (let index = 0; index < 5; index += 1) sign(true);
    expect(told).toEqual([[0, 'ana', true]]);
    expect([...view.in('t')]).toEqual(['ana']);
    clock.advance(3_000);
    for (let index = 0; index < 5; index += 1) sign(false);
    expect(told).toEqual([
      [0, 'ana', true],
      [3_000, 'ana', false],
    ]);
    expect([...view.in('t')]).toEqual([]);
  });

  it('ends by itself, counted from the last sign, and no later than a sign may last', () => {
    sign(true);
    clock.advance(typingExpiryMs - 1);
    sign(true, 60_000);
    clock.advance(typingExpiryMs - 1);
    expect(told).toHaveLength(1);
    clock.advance(1);
    expect(told.at(-1)).toEqual([2 * typingExpiryMs - 1, 'ana', false]);
    clock.advance(10 * typingExpiryMs);
    expect(told).toHaveLength(2);
  });

  it('tells what has changed again soon at the end of the time, and only if it is still different', () => {
    sign(true);
    clock.advance(100);
    sign(false);
    clock.advance(typingIntervalMs - 101);
    expect(told).toHaveLength(1);
    clock.advance(1);
    expect(told.at(-1)).toEqual([typingIntervalMs, 'ana', false]);
    sign(true);
    sign(false);
    clock.advance(10 * typingIntervalMs);
    expect(told).toHaveLength(2);
    sign(true);
    expect(told).toHaveLength(3);
  });

  it('keeps people apart, and says nothing of one who never wrote', () => {
    sign(true);
    sign(true, typingExpiryMs, 'ben');
    sign(false, typingExpiryMs, 'eve');
    expect(told.map(([, userId]) => userId)).toEqual(['ana', 'ben']);
    expect([...view.in('t')]).toEqual(['ana', 'ben']);
  });

  it('keeps topics apart, and the rooms of an inbox', () => {
    const topics: [string, string, boolean][] = [];
    using some = new TypingView({
      clock,
      tell: (topic, { conversationId, isTyping }) => topics.push([topic, conversationId, isTyping]),
    });
    for (const topic of ['c:t', 'u:ben'] as const)
      some.take(topic, { conversationId: 't', userId: 'ana', username: 'Ana', isTyping: true }, 1_000);
    some.take('u:ben', { conversationId: 's', userId: 'ana', username: 'Ana', isTyping: true }, 3_000);
    clock.advance(2_999);
    expect(topics).toEqual([
      ['c:t', 't', true],
      ['u:ben', 't', true],
      ['u:ben', 's', true],
      ['c:t', 't', false],
      ['u:ben', 't', false],
    ]);
    expect([...some.in('t'), ...some.in('s')]).toEqual([]);
  });

  it('tells changes only, at most one in two seconds, and never writes for ever, whatever the signs', () => {
    const steps = fc.array(
      fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 9_000 })),
    );
    fc.assert(
      fc.property(steps, (signs) => {
        const time = new ManualClock();
        const changes: [number, boolean][] = [];
        using some = new TypingView({
          clock: time,
          tell: (_topic, { isTyping }) => changes.push([time.now(), isTyping]),
        });
        let last = time.now();
        for (const [isTyping, pause, leaseMs] of signs) {
          if (isTyping) last = time.now();
          some.take('c:t', { conversationId: 't', userId: 'ana', username: 'Ana', isTyping }, leaseMs);
          time.advance(pause);
        }
        time.advance(typingExpiryMs + typingIntervalMs);
        for (const [index, [at, isTyping]] of changes.entries()) {
          expect(isTyping).toBe(index % 2 === 0);
          expect(at - (changes[index - 1]?.[0] ?? 0)).toBeGreaterThanOrEqual(typingIntervalMs);
        }
        expect(changes.at(-1)?.[1] ?? false).toBe(false);
        expect((changes.at(-1)?.[0] ?? last) - last).toBeLessThanOrEqual(typingExpiryMs + typingIntervalMs);
        expect(some.in('t').size).toBe(0);
      }),
    );
  });
});
