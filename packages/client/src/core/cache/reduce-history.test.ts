import { describe, expect, it } from 'vitest';

import type { CacheAction } from './action.ts';
import { history } from './reduce-history.ts';
import { emptyCache, reduce } from './reduce.ts';
import { ME, roomAction, SmallTalk } from './testing/small-talk.ts';

const ID = 'talk';

function talkOf(messages: number): SmallTalk {
  const talk = new SmallTalk(ID);
  for (let count = 0; count < messages; count += 1) talk.take({ do: 'send', who: 0, pick: 0 });
  return talk;
}

/** What is around a message, two of each side at the most. */
const around = (talk: SmallTalk, seq: number): CacheAction =>
  history(ID, { type: 'around', older: talk.messages(2, String(seq + 1)), newer: talk.newer(2, seq) });

/** The newest page of seven messages, which has three, and what is around another of them. */
function roomOfSeven(seq: number) {
  const talk = talkOf(7);
  const page = roomAction(talk.head, { conversation: talk, messages: talk, offers: talk });
  let state = [page, around(talk, seq)].reduce(reduce, emptyCache(ME));
  return {
    talk,
    take: (action: CacheAction) => (state = reduce(state, action)),
    seqs: () => state.conversations.get(ID)?.room?.messages.map((message) => message.seq),
    gap: () => state.conversations.get(ID)?.room?.gap,
    reactions: () => state.conversations.get(ID)?.room?.messages[0]?.reactions,
  };
}

describe('a page of history', () => {
  it('that ended before what is here was there closes no gap, and takes nothing away', () => {
    const { take, seqs, gap } = roomOfSeven(3);
    const open = { afterSeq: 4, cursor: '5' };
    expect([seqs(), gap()]).toEqual([[2, 3, 4, 5, 6, 7], open]);
    take(around(talkOf(1), 1));
    expect([seqs(), gap()]).toEqual([[2, 3, 4, 5, 6, 7], open]);
    take(history(ID, { type: 'gap-page', cursor: '5', page: talkOf(4).newer(2, 5) }));
    expect([seqs(), gap()]).toEqual([[2, 3, 4, 5, 6, 7], open]);
  });

  it('changes nothing of what events have told meanwhile of a message that is here', () => {
    const { talk, take, seqs, reactions } = roomOfSeven(1);
    const before = around(talk, 1);
    talk.take({ do: 'react', who: 0, pick: 0, emoji: '👍' });
    for (const { seq, event } of talk.room.slice(-1))
      take({ type: 'room-event', conversationId: ID, seq, event });
    take(before);
    expect(seqs()).toEqual([1, 2, 5, 6, 7]);
    expect(reactions()).toEqual([{ emoji: '👍', userIds: [ME] }]);
  });
});
