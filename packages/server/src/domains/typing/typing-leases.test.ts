import { LIMITS } from '@parley/contract/schemas';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Announce } from '../../core/announce.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import { TypingLeases } from './typing-leases.ts';

const ana = { id: 'ana', username: 'Ana', avatar: null };

describe('typing leases', () => {
  let clock: ManualClock;
  let told: unknown[];
  let leases: TypingLeases;
  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    const announce: Announce = {
      toRoom: (conversationId, type, payload, options) =>
        told.push([conversationId, type, payload, options?.except]),
      toRooms: () => Promise.resolve(),
      toInbox: () => undefined,
      toInboxes: () => Promise.resolve(),
    };
    leases = new TypingLeases({ clock, announce });
  });

  const event = (isTyping: boolean) => [
    't',
    'typing',
    { userId: 'ana', username: 'Ana', conversationId: 't', isTyping },
    'ana',
  ];

  it('announce a change to the others once, however often it is repeated', () => {
    for (let index = 0; index < 5; index += 1) leases.set('t', ana, true);
    expect(told).toEqual([event(true)]);
    expect([...leases.in('t')]).toEqual(['ana']);
    for (let index = 0; index < 5; index += 1) leases.set('t', ana, false);
    expect(told).toEqual([event(true), event(false)]);
    expect([...leases.in('t')]).toEqual([]);
  });

  it('end by themselves, counted from the last sign of life', () => {
    leases.set('t', ana, true);
    clock.advance(LIMITS.typingExpiryMs - 1);
    leases.set('t', ana, true);
    clock.advance(LIMITS.typingExpiryMs - 1);
    expect(told).toEqual([event(true)]);
    clock.advance(1);
    expect(told).toEqual([event(true), event(false)]);
    clock.advance(10 * LIMITS.typingExpiryMs);
    expect(told).toHaveLength(2);
  });
});
