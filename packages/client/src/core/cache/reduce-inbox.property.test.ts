/** Whatever a list and an open room are told, and in whichever order the two are: in the end the list is what is fetched. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CacheAction } from './action.ts';
import { emptyCache, reduce } from './reduce.ts';
import type { CacheState } from './state.ts';
import { ME, roomAction, SmallTalk, type Step } from './testing/small-talk.ts';

/** On a machine that is busy with other tests. */
const PATIENCE_MS = 60_000;

const who = fc.nat(3);
const pick = fc.nat(63);
const steps: fc.Arbitrary<[talk: number, step: Step][]> = fc.array(
  fc.tuple(
    fc.nat(1),
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), who, pick }) },
      fc.record({ do: fc.constantFrom('edit' as const, 'delete', 'read', 'offer', 'move'), who, pick }),
    ),
  ),
  { minLength: 1, maxLength: 40 },
);
const plans = fc.record({
  steps,
  attach: fc.nat(40),
  page: fc.nat(40),
  room: fc.nat(40),
  order: fc.array(fc.boolean(), { minLength: 120, maxLength: 120 }),
});

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** What the server says of a list at a time. */
function listAction(talks: readonly SmallTalk[]): CacheAction {
  const items = talks
    .map((talk) => talk.summary())
    .toSorted((one, other) => +other.activityAt - +one.activityAt || (one.id < other.id ? 1 : -1));
  return { type: 'conversations', cursor: null, page: { items, nextCursor: null } };
}

function totalOf(talks: readonly SmallTalk[]): { messages: number; conversations: number } {
  const counts = talks.map((talk) => talk.summary().unreadCount);
  return {
    messages: counts.reduce((sum, count) => sum + count, 0),
    conversations: counts.filter((count) => count > 0).length,
  };
}

function lines(state: CacheState) {
  return (state.list ?? []).map((id) => {
    const { unreadCount, activityAt, lastMessage } = state.conversations.get(id) ?? {};
    const { seq, content, editedAt, deletedAt } = lastMessage ?? {};
    return { id, unreadCount, activityAt, last: { seq, content, editedAt, deletedAt } };
  });
}

const start = (): CacheState => reduce(emptyCache(null), { type: 'me', userId: ME });

describe('the list in the cache', () => {
  it(
    'is what a fresh fetch gives, also while one of its rooms is open',
    () => {
      fc.assert(
        fc.property(plans, (plan) => {
          const talks = [new SmallTalk('open'), new SmallTalk('shut')] as const;
          const times = [talks.map((talk) => talk.copy())];
          for (const [index, [which, step]] of plan.steps.entries()) {
            talks[which === 0 ? 0 : 1].take(step, index + 1);
            times.push(talks.map((talk) => talk.copy()));
          }
          const last = times.length - 1;
          const timeOf = (time: number) => times[clamp(time, 0, last)] as SmallTalk[];
          const attach = clamp(plan.attach, 0, last);
          const listed = timeOf(clamp(plan.page, attach, last));

          const told = talks
            .flatMap((talk) => [
              ...talk.inbox.map(({ at, event }) => ({ at, action: { type: 'inbox-event' as const, event } })),
              ...talk.answers.map(({ at, event }) => ({
                at,
                action: { type: 'message' as const, message: event },
              })),
            ])
            .filter(({ at }) => at > attach)
            .toSorted((one, other) => one.at - other.at)
            .map(({ action }) => action);
          const [open] = talks;
          const [opened] = timeOf(plan.room) as [SmallTalk];
          const room: CacheAction[] = [
            roomAction(opened.head, { conversation: opened, messages: opened, offers: opened }),
            ...open.room
              .filter(({ at }) => at > plan.room)
              .map(({ seq, event }) => ({
                type: 'room-event' as const,
                conversationId: open.id,
                seq,
                event,
              })),
          ];

          let state = reduce(start(), listAction(listed));
          state = reduce(state, { type: 'unread', ...totalOf(listed) });
          const inbox: CacheAction[] = [...told];
          for (const isRoom of plan.order) {
            const next = (isRoom ? room : inbox).shift() ?? (isRoom ? inbox : room).shift();
            if (next === undefined) break;
            state = reduce(state, next);
            // What was told is told again, to no effect.
            expect(lines(reduce(state, next))).toEqual(lines(state));
          }
          expect([...room, ...inbox]).toEqual([]);
          expect(lines(state)).toEqual(lines(reduce(start(), listAction(talks))));
          expect(state.unread).toEqual(totalOf(talks));
        }),
        { numRuns: 800 },
      );
    },
    PATIENCE_MS,
  );
});
