import type { ConversationSummary, Message } from '@parley/contract';
import { describe, expect, it } from 'vitest';

import type { CacheAction } from './action.ts';
import { emptyCache, reduce } from './reduce.ts';
import { ME, SmallTalk } from './testing/small-talk.ts';
import { Stage } from './testing/view-stage.ts';
import { presenceViewer } from './views-list.ts';

function summary(id: string, at: number, lastMessage: Message | null = null): ConversationSummary {
  const { participants, ...facts } = new SmallTalk(id).conversation();
  return { ...facts, activityAt: new Date(at), participants, lastMessage, unreadCount: 0 };
}

function newMessage(conversationId: string, seq: number, unreadCount = 1): CacheAction {
  const user = { id: 'ana', username: 'ana', avatar: null };
  const message = { id: `message ${seq}`, content: 'news', user, createdAt: new Date(10_000 + seq) };
  return {
    type: 'inbox-event',
    event: { type: 'new-message', payload: { conversationId, seq, message, unreadCount } },
  };
}

describe('the view of the list', () => {
  const listed = (): Stage => {
    const stage = new Stage();
    const items = [summary('b', 200), summary('a', 100)];
    stage.apply(
      { type: 'conversations', cursor: null, page: { items, nextCursor: 'more' } },
      { type: 'unread', messages: 3, conversations: 2 },
    );
    return stage;
  };

  it('puts the conversation that has news first, and keeps the other lines', () => {
    const stage = listed();
    const before = stage.list();
    expect(before.conversations.map(({ id }) => id)).toEqual(['b', 'a']);
    stage.apply(newMessage('a', 1));
    const after = stage.list();
    expect(after.conversations.map(({ id, unreadCount }) => [id, unreadCount])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    expect(after.conversations[1]).toBe(before.conversations[0]);
    expect(after.unread).toEqual({ messages: 4, conversations: 3 });
    expect(after.more).toBe(before.more);
    expect(stage.list()).toBe(after);
  });

  it('does not move a conversation back for an answer that is older than its news', () => {
    const stage = listed();
    stage.apply(newMessage('a', 1));
    const before = stage.list();
    const { lastMessage: _last, unreadCount: _unread, ...conversation } = summary('a', 100);
    stage.apply({ type: 'conversation', conversation });
    expect(stage.list()).toBe(before);
  });

  it('names what it was told of and does not have, until a page brings it', () => {
    const stage = listed();
    stage.apply(newMessage('c', 1));
    expect([...stage.state.missing]).toEqual(['c']);
    expect(stage.list().conversations).toHaveLength(2);
    const items = [summary('c', 300), summary('b', 200)];
    stage.apply({ type: 'recent-conversations', page: { items, nextCursor: 'other' } });
    expect(stage.state.missing.size).toBe(0);
    expect(stage.list().conversations.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect(stage.state.nextConversations).toBe('more');
  });

  it('goes on with the next page, once, and passes over one that was asked for before it began anew', () => {
    const stage = listed();
    const page = { items: [summary('z', 50)], nextCursor: null };
    stage.apply({ type: 'conversations', cursor: 'older', page });
    expect(stage.list()).toMatchObject({
      conversations: [{ id: 'b' }, { id: 'a' }],
      more: { hasMore: true },
    });
    stage.apply({ type: 'conversations', cursor: 'more', page });
    expect(stage.list()).toMatchObject({
      conversations: [{ id: 'b' }, { id: 'a' }, { id: 'z' }],
      more: { hasMore: false },
    });
  });

  it('forgets a conversation that one is no longer in, and what was unread there', () => {
    const stage = listed();
    stage.apply(newMessage('a', 1));
    const payload = { conversationId: 'a', removedBy: 'ana', removedAt: new Date(0) };
    stage.apply({ type: 'inbox-event', event: { type: 'conversation-removed', payload } });
    expect(stage.list().conversations.map(({ id }) => id)).toEqual(['b']);
    expect(stage.list().unread).toEqual({ messages: 3, conversations: 2 });
    expect(stage.state.conversations.has('a')).toBe(false);
  });
});

describe('the view of who is there', () => {
  it('is the same until one of them comes or goes', () => {
    const view = presenceViewer(['ana', 'ben']);
    const ready = { status: 'ready' as const, error: null };
    let state = emptyCache(ME);
    const tell = (userId: string, online: boolean) =>
      (state = reduce(state, { type: 'presence', presence: [{ userId, online, lastSeenAt: null }] }));
    tell('ana', true);
    const before = view(state, ready);
    expect([...before.presence.keys()]).toEqual(['ana']);
    tell('cem', true);
    expect(view(state, ready)).toBe(before);
    tell('ana', false);
    expect(view(state, ready).presence.get('ana')).toMatchObject({ online: false });
  });
});
