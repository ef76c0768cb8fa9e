import { beforeEach, describe, expect, it } from 'vitest';

import type { Announce } from '../../core/announce.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import { TypingSigns } from './typing-signs.ts';

const person = { id: 'ana', username: 'Ana' };

describe('the signs of typing', () => {
  let clock: ManualClock;
  let sent: unknown[];
  let toInboxes: unknown[];
  let inboxesOf: (conversationId: string) => Promise<string[]>;
  let signs: TypingSigns;
  beforeEach(() => {
    clock = new ManualClock();
    const began = clock.now();
    sent = [];
    toInboxes = [];
    inboxesOf = () => Promise.resolve([]);
    const announce: Announce = {
      toRoom: (_room, type, payload, options) =>
        sent.push([clock.now() - began, type, (payload as { isTyping: boolean }).isTyping, options]),
      toRooms: () => Promise.resolve(),
      toInbox: () => undefined,
      toInboxes: async (ids, type, payload, options) =>
        void toInboxes.push([ids, type, (payload as { isTyping: boolean }).isTyping, options]),
    };
    signs = new TypingSigns({ clock, announce, inboxesOf: (id) => inboxesOf(id) });
  });
  const give = (isTyping: boolean, after?: number) =>
    signs.give({ conversationId: 't', person, isTyping, after });

  it('go out at once, and those that repeat them once in two seconds, with what is left of their time', () => {
    give(true, 7);
    clock.advance(500);
    give(true);
    clock.advance(700);
    give(true, 8);
    clock.advance(10_000);
    expect(sent).toEqual([
      [0, 'typing', true, { except: 'ana', after: 7, leaseMs: 6_000 }],
      [2_000, 'typing', true, { except: 'ana', after: 8, leaseMs: 5_200 }],
    ]);
    give(true);
    expect(sent).toHaveLength(3);
  });

  it('go out at once when they say something else', () => {
    give(true);
    give(true);
    give(false);
    give(false);
    clock.advance(10_000);
    expect(sent).toEqual([
      [0, 'typing', true, { except: 'ana', leaseMs: 6_000 }],
      [0, 'typing', false, { except: 'ana' }],
    ]);
  });

  it('of other people and other rooms wait for nobody', () => {
    give(true);
    signs.give({ conversationId: 't', person: { id: 'ben', username: 'Ben' }, isTyping: true });
    signs.give({ conversationId: 'u', person, isTyping: true });
    expect(sent).toHaveLength(3);
  });

  it('go to the inboxes of the others in their order, however long it takes to find whose', async () => {
    const answers: ((ids: string[]) => void)[] = [];
    inboxesOf = () => new Promise((resolve) => answers.push(resolve));
    give(true);
    give(false);
    await expect.poll(() => answers).toHaveLength(1);
    answers[0]?.(['ana', 'ben']);
    await expect.poll(() => answers).toHaveLength(2);
    answers[1]?.(['ana', 'ben', 'cem']);
    await expect
      .poll(() => toInboxes)
      .toEqual([
        [['ben'], 'typing', true, { leaseMs: 6_000 }],
        [['ben', 'cem'], 'typing', false, {}],
      ]);
  });

  it('go to the inboxes again after one whose people could not be found', async () => {
    inboxesOf = () => Promise.reject(new Error('the database is away'));
    give(true);
    inboxesOf = () => Promise.resolve(['ben']);
    give(false);
    await expect.poll(() => toInboxes.at(-1)).toEqual([['ben'], 'typing', false, {}]);
  });

  it('are not given any more once they are disposed of', () => {
    give(true);
    give(true);
    signs[Symbol.dispose]();
    clock.advance(10_000);
    expect(sent).toHaveLength(1);
  });
});
