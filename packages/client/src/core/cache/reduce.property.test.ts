/** Whatever order pages, answers and events come in, and however often: in the end the cache is what a fresh fetch gives. */
import type { Message, MessageReaction } from '@parley/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CacheAction } from './action.ts';
import { history } from './reduce-history.ts';
import { emptyCache, reduce } from './reduce.ts';
import type { CachedConversation, CacheState } from './state.ts';
import { ME, roomAction, SmallTalk, type Step } from './testing/small-talk.ts';

const ID = 'talk';
const RUNS = { numRuns: 400 };

/** On a machine that is busy with other tests. */
const PATIENCE_MS = 60_000;

const who = fc.nat(3);
const pick = fc.nat(63);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), who, pick }) },
    fc.record({ do: fc.constantFrom('edit' as const, 'delete', 'read', 'deliver'), who, pick }),
    fc.record({
      do: fc.constantFrom('react' as const, 'unreact'),
      who,
      pick,
      emoji: fc.constantFrom('👍', '🎉'),
    }),
    fc.record({
      do: fc.constantFrom('offer' as const, 'move', 'add', 'remove', 'role', 'rename'),
      who,
      pick,
    }),
  ),
  { minLength: 1, maxLength: 40 },
);

/** Something that is fetched while events come: the state that it is asked for in is not the one that it comes to. */
interface Fetch {
  kind: 'older-messages' | 'older-offers' | 'around' | 'gap';
  /** When the server answers, of what was to come; and after how many events the answer is there. */
  at: number;
  after: number;
  pick: number;
}

const plans = fc.record({
  steps,
  attach: fc.nat(40),
  pages: fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)),
  cut: fc.option(fc.tuple(fc.nat(40), fc.nat(40)), { nil: null }),
  again: fc.array(fc.tuple(fc.nat(80), fc.nat(80)), { maxLength: 6 }),
  fetches: fc.array(
    fc.record<Fetch>({
      kind: fc.constantFrom('older-messages', 'older-offers', 'around', 'gap'),
      at: fc.nat(40),
      after: fc.nat(60),
      pick,
    }),
    { maxLength: 6 },
  ),
});
type Plan = typeof plans extends fc.Arbitrary<infer Value> ? Value : never;

/** What the server is after each step, the first before any. */
function play(all: readonly Step[]): { talk: SmallTalk; times: SmallTalk[] } {
  const talk = new SmallTalk(ID);
  const times = [talk.copy()];
  for (const step of all) {
    talk.take(step);
    times.push(talk.copy());
  }
  return { talk, times };
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
const at = <Item>(items: readonly Item[], index: number): Item => items[index] as Item;

/** What a feed delivers that was attached at a time, perhaps cut off and attached again later. */
function delivered(
  { talk, times }: ReturnType<typeof play>,
  { attach, cut }: { attach: number; cut: Plan['cut'] },
): CacheAction[] {
  const last = times.length - 1;
  const [from, to] = cut === null ? [last, last] : [clamp(cut[0], attach, last), clamp(cut[1], cut[0], last)];
  const cursor = at(times, attach).head;
  const action = (seq: number, event: (typeof talk.room)[number]['event']): CacheAction => ({
    type: 'room-event',
    conversationId: ID,
    seq,
    event,
  });
  const joined = (time: number) =>
    action(at(times, time).head, { type: 'joined', payload: at(times, time).joined() });
  const isSign = (type: string) => type === 'read' || type === 'delivered';
  const before = talk.room.filter((one) => one.at > attach && one.at <= from && one.seq >= cursor);
  const missed = talk.room.filter((one) => one.at > from && one.at <= to && !isSign(one.event.type));
  const rest = talk.room.filter((one) => one.at > to);
  return [
    joined(attach),
    ...before.map(({ seq, event }) => action(seq, event)),
    ...(cut === null ? [] : [joined(to)]),
    ...[...missed, ...rest].map(({ seq, event }) => action(seq, event)),
  ];
}

function fetched(state: CacheState, server: SmallTalk, { kind, pick: nth }: Fetch): CacheAction | null {
  const room = state.conversations.get(ID)?.room;
  if (!room) return null;
  switch (kind) {
    case 'older-messages': {
      const cursor = room.olderMessages;
      return cursor === null ? null : history(ID, { type: kind, cursor, page: server.messages(3, cursor) });
    }
    case 'older-offers': {
      const cursor = room.olderOffers;
      return cursor === null ? null : history(ID, { type: kind, cursor, page: server.offers(2, cursor) });
    }
    case 'gap': {
      const cursor = room.gap?.cursor;
      if (cursor === undefined) return null;
      return history(ID, { type: 'gap-page', cursor, page: server.newer(3, Number(cursor)) });
    }
    case 'around': {
      const all = server.messages(100).items;
      const found = all[nth % (all.length || 1)];
      if (found === undefined) return null;
      const { seq } = found;
      return history(ID, {
        type: 'around',
        older: server.messages(2, String(seq + 1)),
        newer: server.newer(2, seq),
      });
    }
    default:
      return kind satisfies never;
  }
}

/** Loads everything that is not here yet. */
function complete(state: CacheState, server: SmallTalk): CacheState {
  let now = state;
  for (const kind of ['gap', 'older-messages', 'older-offers'] as const) {
    for (let count = 0; count < 50; count += 1) {
      const action = fetched(now, server, { kind, at: 0, after: 0, pick: 0 });
      if (action === null) break;
      now = reduce(now, action);
    }
  }
  return now;
}

const byEmoji = (one: MessageReaction, other: MessageReaction) => (one.emoji < other.emoji ? -1 : 1);

/** In which order emojis were first put is not told again to whom a page has shown them. */
const comparable = (message: Message): Message => ({
  ...message,
  reactions: message.reactions.toSorted(byEmoji),
});

/** What is shown; when someone has read is not told to whom was away. */
function shown({ room, lastMessage, ...conversation }: CachedConversation, known: CachedConversation) {
  const { membersSeq: _seq, counted: _counted, unreadCount: _unread, ...facts } = conversation;
  const participants = [...conversation.participants].map(([id, one]) => {
    const isUnknown = known.participants.get(id)?.readAt === null;
    return { id, ...one, readAt: isUnknown ? null : one.readAt };
  });
  return {
    ...facts,
    participants: participants.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    lastMessage: lastMessage && { ...comparable(lastMessage), reactions: [] },
    messages: room?.messages.map(comparable),
    gap: room?.gap,
    offers: room?.offers,
    older: [room?.olderMessages, room?.olderOffers],
  };
}

const start = (): CacheState => reduce(emptyCache(null), { type: 'me', userId: ME });
const talkOf = (state: CacheState): CachedConversation => state.conversations.get(ID) as CachedConversation;

/** Plays a plan to its end, with everything loaded; `each` sees every step. */
function run(plan: Plan, each: (before: CacheState, action: CacheAction) => void = () => undefined) {
  const played = play(plan.steps);
  const { times } = played;
  const last = times.length - 1;
  const attach = clamp(plan.attach, 0, last);
  const [conversation, messages, offers] = plan.pages.map((time) => at(times, clamp(time, attach, last)));
  const pages = {
    conversation: conversation as SmallTalk,
    messages: messages as SmallTalk,
    offers: offers as SmallTalk,
  };
  let state = start();
  const apply = (action: CacheAction) => {
    each(state, action);
    state = reduce(state, action);
  };
  apply(roomAction(at(times, attach).head, pages));
  const events = delivered(played, { attach, cut: plan.cut });
  const under: { due: number; action: CacheAction }[] = [];
  for (const [index, event] of events.entries()) {
    for (const one of plan.fetches.filter(({ after }) => after % events.length === index)) {
      const server = at(times, clamp(one.at, attach, last));
      const action = fetched(state, server, one);
      if (action !== null) under.push({ due: index + (one.pick % 4), action });
    }
    apply(event);
    for (const [to, from] of plan.again) {
      if (to % events.length === index) apply(at(events, from % (index + 1)));
    }
    for (const { action } of under.filter(({ due }) => due === index)) apply(action);
  }
  for (const { action } of under.filter(({ due }) => due >= events.length)) apply(action);
  return { state: complete(state, at(times, last)), server: at(times, last) };
}

describe('the cache of a room', () => {
  it(
    'is what a fresh fetch gives, whatever came in whichever order and however often',
    () => {
      fc.assert(
        fc.property(plans, (plan) => {
          const { state, server } = run(plan);
          const action = roomAction(server.head, { conversation: server, messages: server, offers: server });
          const fresh = complete(reduce(start(), action), server);
          const known = talkOf(state);
          expect(shown(known, known)).toEqual(shown(talkOf(fresh), known));
        }),
        RUNS,
      );
    },
    PATIENCE_MS,
  );

  it(
    'is the same after anything that is told twice',
    () => {
      fc.assert(
        fc.property(plans, (plan) => {
          run(plan, (before, action) => {
            const once = reduce(before, action);
            expect(reduce(once, action)).toEqual(once);
          });
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  it(
    'has its messages in order, none twice, and one gap at most',
    () => {
      fc.assert(
        fc.property(plans, (plan) => {
          run(plan, (before) => {
            const { messages = [], gap = null } = before.conversations.get(ID)?.room ?? {};
            const seqs = messages.map(({ seq }) => seq);
            expect(seqs).toEqual([...new Set(seqs)].toSorted((one, other) => one - other));
            expect(seqs.slice(0, -1)).toEqual(expect.arrayContaining(gap === null ? [] : [gap.afterSeq]));
          });
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );
});
