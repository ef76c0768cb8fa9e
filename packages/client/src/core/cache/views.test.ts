import { describe, expect, it } from 'vitest';

import type { Outgoing } from '../outbox/entry.ts';
import type { CacheAction } from './action.ts';
import { NOTHING_PENDING } from './pending.ts';
import { history } from './reduce-history.ts';
import { ME, type Step } from './testing/small-talk.ts';
import { ID, READY, Stage } from './testing/view-stage.ts';
import { NOT_LOADING } from './views.ts';

const MINE = 0;
const ANAS = 1;

const send = (who: number): Step => ({ do: 'send', who, pick: 0 });

function outgoing(clientId: string): Outgoing {
  return {
    clientId,
    conversationId: ID,
    userId: ME,
    draft: { content: 'on its way' },
    createdAt: new Date(0),
    delivery: 'sending',
    error: null,
  };
}

describe('the view of a conversation', () => {
  it('is the same object while nothing changes, also where it is asked with copies of the same', () => {
    const stage = Stage.after(send(MINE), send(ANAS), { do: 'offer', who: ANAS, pick: 0 });
    const before = stage.show();
    expect(before.messages).toHaveLength(2);
    expect(stage.show({ ...NOTHING_PENDING }, { ...READY, gap: { ...NOT_LOADING } })).toBe(before);
  });

  it('keeps every message but the new one, and everything that a message does not change', () => {
    const stage = Stage.after(send(MINE), send(ANAS), { do: 'offer', who: ANAS, pick: 0 });
    const before = stage.show();
    stage.take(send(ANAS));
    const after = stage.show();
    expect(after.messages).toHaveLength(3);
    for (const [index, message] of before.messages.entries()) expect(after.messages[index]).toBe(message);
    const { messages: _before, ...rest } = before;
    const { messages: _after, ...restAfter } = after;
    for (const [key, part] of Object.entries(rest)) expect([key, restAfter]).toHaveProperty(['1', key], part);
    expect(after.conversation).toBe(before.conversation);
    expect(after.participants).toBe(before.participants);
    expect(after.offers).toBe(before.offers);
    expect(after.olderMessages).toBe(before.olderMessages);
  });

  it('tells how far one’s own messages have come, and touches no other when that moves', () => {
    const stage = Stage.after(send(MINE), send(ANAS), send(MINE));
    const before = stage.show();
    expect(before.messages.map(({ delivery }) => delivery)).toEqual(['sent', null, 'sent']);
    stage.take({ do: 'deliver', who: ANAS, pick: 3 }, { do: 'read', who: ANAS, pick: 1 });
    const after = stage.show();
    expect(after.messages.map(({ delivery }) => delivery)).toEqual(['read', null, 'delivered']);
    expect(after.messages[1]).toBe(before.messages[1]);
    stage.take({ do: 'read', who: MINE, pick: 3 });
    expect(stage.show().messages).toBe(after.messages);
  });

  it('asks every other participant before a message counts as read', () => {
    const stage = Stage.after({ do: 'add', who: MINE, pick: 0 }, send(MINE));
    stage.take({ do: 'read', who: 1, pick: 2 });
    expect(stage.show().messages[0]?.delivery).toBe('sent');
    stage.take({ do: 'read', who: 2, pick: 2 });
    expect(stage.show().messages[0]?.delivery).toBe('read');
  });

  it('does not ask those who came later about what was before', () => {
    const stage = Stage.after(send(MINE));
    stage.take({ do: 'read', who: ANAS, pick: 1 }, { do: 'add', who: MINE, pick: 0 });
    expect(stage.show().participants).toHaveLength(3);
    expect(stage.show().messages[0]?.delivery).toBe('read');
  });

  it('shows a message that is on its way last, and the confirmed one under the same key in its place', () => {
    const stage = Stage.after(send(ANAS));
    const pending = { ...NOTHING_PENDING, sends: [outgoing('client 2')] };
    const [first, own] = stage.show(pending).messages;
    expect(own).toMatchObject({
      key: 'client 2',
      id: 'client 2',
      seq: null,
      isMine: true,
      delivery: 'sending',
      content: 'on its way',
    });
    expect(stage.show({ ...pending, sends: [...pending.sends] }).messages[1]).toBe(own);
    stage.take(send(MINE));
    const after = stage.show(pending).messages;
    expect(after.map(({ key, delivery }) => [key, delivery])).toEqual([
      ['message 1', null],
      ['client 2', 'sent'],
    ]);
    expect(after[0]).toBe(first);
  });

  it('shows edits, reactions and removals as if they were done, and no longer when they are given up', () => {
    const stage = Stage.after(send(MINE), send(ANAS), send(MINE));
    const at = new Date(5);
    const before = stage.show();
    const pending = {
      ...NOTHING_PENDING,
      edits: [{ messageId: 'message 1', content: 'better', at }],
      reactions: [{ messageId: 'message 2', emoji: '👍', on: true }],
      removals: [{ messageId: 'message 3', at }],
    };
    const shown = stage.show(pending);
    expect(shown.messages).toMatchObject([
      { content: 'better', editedAt: at },
      { content: 'text 2', reactions: [{ emoji: '👍', userIds: [ME] }] },
      { content: '', deletedAt: at },
    ]);
    stage.take(send(ANAS));
    expect(stage.show(pending).messages.slice(0, 3)).toEqual(shown.messages);
    for (const [index, message] of shown.messages.entries())
      expect(stage.show(pending).messages[index]).toBe(message);
    expect(stage.show().messages.slice(0, 3)).toEqual(before.messages);
  });

  it('has the moves of an offer that one may make, and what is on its way', () => {
    const stage = Stage.after({ do: 'offer', who: ANAS, pick: 0 });
    const [offer] = stage.show().offers;
    expect(offer).toMatchObject({ status: 'pending', role: 'recipient', pending: null });
    expect(Object.keys(offer?.moves ?? {})).toEqual(['accept', 'decline', 'counter']);
    const moves = [{ offerId: 'offer 1', action: 'accepted' as const }];
    expect(stage.show({ ...NOTHING_PENDING, moves }).offers[0]).toMatchObject({ pending: 'accepted' });
    stage.take({ do: 'move', who: ANAS, pick: 0 });
    const [accepted] = stage.show().offers;
    expect(accepted).toMatchObject({ status: 'accepted', hasConfirmed: false });
    expect(Object.keys(accepted?.moves ?? {})).toEqual(['complete', 'cancel']);
  });

  it('says where messages are missing, after a jump to an old one', () => {
    const stage = Stage.after(...Array.from({ length: 12 }, () => send(ANAS)));
    const { talk } = stage;
    expect(stage.show().gap).toBeNull();
    stage.apply(history(ID, { type: 'around', older: talk.messages(2, '4'), newer: talk.newer(2, 3) }));
    const view = stage.show();
    expect(view.messages.map(({ seq }) => seq)).toEqual([2, 3, 4, 10, 11, 12]);
    expect(view.gap).toMatchObject({ afterKey: 'message 4', isLoading: false });
    expect(stage.show().gap).toBe(view.gap);
    for (const from of [5, 8])
      stage.apply(history(ID, { type: 'gap-page', cursor: String(from), page: talk.newer(3, from) }));
    expect(stage.show().messages.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(stage.show()).toMatchObject({ gap: null, olderMessages: { hasMore: true } });
  });

  it('never shows oneself as writing', () => {
    const stage = Stage.after(send(ANAS));
    const typing = (userId: string): CacheAction => ({
      type: 'room-event',
      conversationId: ID,
      seq: 1,
      event: {
        type: 'typing',
        payload: { userId, username: userId, conversationId: ID, isTyping: true },
      },
    });
    stage.apply(typing(ME), typing('ana'));
    expect(stage.show().typing.map(({ id }) => id)).toEqual(['ana']);
    expect(
      stage
        .show()
        .participants.filter((one) => one.typing)
        .map(({ user }) => user.id),
    ).toEqual(['ana']);
    stage.take(send(ANAS));
    expect(stage.show().typing).toEqual([]);
  });

  it('takes an event that a host application has added without harm', () => {
    const stage = Stage.after(send(ANAS));
    const before = stage.show();
    const event = { type: 'listing-sold', payload: { listingId: 'a' } } as never;
    stage.apply({ type: 'room-event', conversationId: ID, seq: 1, event });
    stage.apply({ type: 'inbox-event', event });
    expect(stage.show()).toBe(before);
  });
});
