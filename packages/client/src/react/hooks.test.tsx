// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { unauthorised } from '../core/errors.ts';
import type { Outgoing } from '../core/outbox/entry.ts';
import {
  useConversation,
  useConversations,
  useMessages,
  useOffer,
  useOffers,
  useOutbox,
  useParley,
  usePresence,
  useReceipts,
  useSession,
  useTyping,
} from './index.ts';
import { ANA, BEN, message, participant, ROOM, SESSION, Stage } from './testing/stage.tsx';

afterEach(cleanup);

const change = (what: () => void) => act(async () => what());
const REFUSED = unauthorised('invalid_credentials');

function shown<Result>(stage: Stage, hook: () => Result) {
  const { result, ...rest } = renderHook(hook, { wrapper: stage.wrapper });
  return { ...rest, now: () => result.current };
}

describe('useParley', () => {
  it('gives the client of the nearest provider', () => {
    const stage = new Stage();
    expect(shown(stage, useParley).now()).toBe(stage.client);
  });

  it('says so where there is no provider', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => renderHook(useParley)).toThrow('There is no <ParleyProvider> above this component');
    quiet.mockRestore();
  });
});

describe('a hook without an id', () => {
  it('is idle, has nothing and watches nothing', () => {
    const stage = new Stage();
    const { now } = shown(stage, () => ({
      messages: useMessages(undefined),
      conversation: useConversation(undefined),
      typing: useTyping(undefined),
      receipts: useReceipts(undefined),
      offers: useOffers(undefined),
      offer: useOffer(undefined),
      presence: usePresence(undefined),
      nobody: usePresence([]),
    }));
    for (const result of Object.values(now())) expect(result).toMatchObject({ status: 'idle', error: null });
    expect(now().messages).toMatchObject({ messages: [], hasOlder: false, gap: null });
    expect(now().conversation).toMatchObject({ conversation: null, participants: [], me: null });
    expect(now().typing.typing).toEqual([]);
    expect(now().receipts).toMatchObject({ receipts: [], unreadCount: 0, firstUnreadSeq: null });
    expect(now().offers.offers).toEqual([]);
    expect(now().offer).toMatchObject({ offer: null, timeLeftMs: null });
    expect(now().presence.presence.size).toBe(0);
    expect(stage.rooms.size + stage.offers.size + stage.presences.size).toBe(0);
  });

  it('refuses what it is asked to do', async () => {
    const { now } = shown(new Stage(), () => useMessages(undefined));
    await expect(now().send('Hello')).rejects.toThrow('no id');
    await expect(now().loadOlder()).rejects.toThrow('no id');
    now().retry('c1');
    expect(now().messages).toEqual([]);
  });
});

describe('a hook with an id', () => {
  it('follows it, and another one when it is given that', async () => {
    const stage = new Stage();
    const [one, two] = [
      stage.room('one', ROOM),
      stage.room('two', { ...ROOM, messages: [message(1), message(2)] }),
    ];
    let id: string | undefined = 'one';
    const { result, rerender, unmount } = renderHook(() => useMessages(id).messages.length, {
      wrapper: stage.wrapper,
    });
    expect([result.current, one.watchers, two.watchers]).toEqual([1, 1, 0]);
    id = 'two';
    rerender();
    expect([result.current, one.watchers, two.watchers]).toEqual([2, 0, 1]);
    await change(() => one.change({ messages: [] }));
    expect(result.current).toBe(2);
    id = undefined;
    rerender();
    expect([result.current, two.watchers]).toEqual([0, 0]);
    unmount();
  });

  it('watches once under StrictMode, and no more after it', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const wrapper = ({ children }: { children: ReactNode }) => (
      <StrictMode>{stage.wrapper({ children })}</StrictMode>
    );
    const { result, unmount } = renderHook(() => useMessages('talk').messages.length, { wrapper });
    expect(room.watchers).toBe(1);
    await change(() => room.change({ messages: [] }));
    expect(result.current).toBe(0);
    unmount();
    expect(room.watchers).toBe(0);
  });

  it('shows a failure and what is left of the list', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now } = shown(stage, () => useMessages('talk'));
    await change(() => room.change({ olderMessages: { hasMore: true, isLoading: false, error: REFUSED } }));
    expect(now()).toMatchObject({ status: 'ready', error: null, hasOlder: true, loadOlderError: REFUSED });
    await change(() => room.change({ status: 'failed', error: REFUSED }));
    expect(now()).toMatchObject({ status: 'failed', error: REFUSED, messages: ROOM.messages });
  });

  it('hands what it is asked to do to the conversation', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now } = shown(stage, () => ({
      messages: useMessages('talk'),
      offers: useOffers('talk'),
      receipts: useReceipts('talk'),
      typing: useTyping('talk'),
      conversation: useConversation('talk'),
    }));
    const { messages, offers, receipts, typing, conversation } = now();
    await messages.send('Hello');
    await messages.jumpTo(7);
    await messages.react('m1', '👍');
    await offers.create({ title: 'Bike', terms: 'as it is' });
    await offers.loadOlder();
    await receipts.read(3);
    typing.setTyping(false);
    await conversation.rename('Bikes');
    expect(room.calls).toEqual([
      'send ["Hello"]',
      'jumpTo [7]',
      'react ["m1","👍"]',
      'createOffer [{"title":"Bike","terms":"as it is"}]',
      'loadOlderOffers []',
      'read [3]',
      'typing [false]',
      'rename ["Bikes"]',
    ]);
  });
});

describe('useReceipts', () => {
  const me = participant({ user: ANA, isMe: true, readSeq: 2 });

  it('counts what others wrote and one has not read', () => {
    const stage = new Stage();
    const own = { isMine: true };
    const messages = [message(1), message(2), message(3, own), message(4), message(6)];
    stage.room('talk', { ...ROOM, participants: [me, participant()], messages });
    const { now } = shown(stage, () => useReceipts('talk'));
    expect(now()).toMatchObject({ unreadCount: 2, firstUnreadSeq: 4 });
  });

  it('tells where to look for the first one when it may be missing here', async () => {
    const stage = new Stage();
    const older = { hasMore: true, isLoading: false, error: null };
    const view = { ...ROOM, participants: [me], messages: [message(60), message(61)], olderMessages: older };
    const room = stage.room('talk', view);
    const { now } = shown(stage, () => useReceipts('talk').firstUnreadSeq);
    expect(now()).toBe(3);
    const gap = { afterKey: 'm2', isLoading: false, error: null, load: () => Promise.resolve() };
    await change(() => room.change({ messages: [message(2), message(61)], gap }));
    expect(now()).toBe(3);
    await change(() => room.change({ gap: null }));
    expect(now()).toBe(61);
  });
});

describe('usePresence', () => {
  it('asks once for the same people, in whichever order and list', async () => {
    const stage = new Stage();
    const { now, rerender } = shown(stage, () => usePresence(['ben', 'ana', 'ben']).presence);
    rerender();
    expect([...stage.presences.keys()]).toEqual(['ana ben']);
    const source = stage.presences.get('ana ben')!;
    expect(source.watchers).toBe(1);
    const online = new Map([['ben', { userId: 'ben', online: true, lastSeenAt: null }]]);
    await change(() => source.change({ presence: online }));
    expect(now()).toBe(online);
  });
});

describe('useSession', () => {
  it('tells who is signed in, and that someone is signing in', async () => {
    const stage = new Stage();
    const { now } = shown(stage, () => useSession());
    expect(now()).toMatchObject({ status: 'idle', error: null, session: null, user: null });
    const { signIn, register, signOut } = now();
    let enter = () => {};
    stage.signIn = () =>
      new Promise((resolve) => {
        enter = () => resolve(SESSION);
      });
    await change(() => void signIn({ email: 'ana@parley.test', password: 'parley-demo' }));
    expect(now().status).toBe('loading');
    await change(() => {
      stage.session.set(SESSION);
      enter();
    });
    expect(now()).toMatchObject({ status: 'ready', session: SESSION, user: SESSION.user });
    expect(now()).toMatchObject({ signIn, register, signOut });
    await change(() => void signOut());
    expect(now()).toMatchObject({ status: 'idle', user: null });
  });

  it('keeps why it was refused, in all components, until it is tried again', async () => {
    const stage = new Stage();
    const form = shown(stage, () => useSession());
    const elsewhere = shown(stage, () => useSession());
    stage.signIn = () => Promise.reject(REFUSED);
    await act(() => expect(form.now().register({} as never)).rejects.toBe(REFUSED));
    expect(form.now()).toMatchObject({ status: 'failed', error: REFUSED, user: null });
    expect(elsewhere.now()).toMatchObject({ status: 'failed', error: REFUSED });
    stage.signIn = () => Promise.resolve(SESSION);
    await change(() => void form.now().signIn(SESSION));
    expect(form.now()).toMatchObject({ status: 'idle', error: null });
  });
});

describe('useOutbox', () => {
  it('shows what is on its way, and reaches each message in its conversation', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now } = shown(stage, () => useOutbox());
    expect(now()).toMatchObject({ status: 'ready', error: null, outgoing: [] });
    const failed: Outgoing = {
      clientId: 'c1',
      conversationId: 'talk',
      userId: ANA.id,
      draft: { content: 'Hello' },
      createdAt: new Date(),
      delivery: 'failed',
      error: REFUSED,
    };
    await change(() => stage.outbox.set([failed]));
    expect(now()).toMatchObject({ error: REFUSED, outgoing: [failed] });
    now().retry('c1');
    now().discard('c1');
    now().discard('c2');
    expect(room.calls).toEqual(['retry ["c1"]', 'discard ["c1"]']);
  });
});

describe('useConversations', () => {
  it('gives the list, its pages and their error', async () => {
    const stage = new Stage();
    const { now } = shown(stage, () => useConversations());
    await change(() => stage.inbox.change({ more: { hasMore: true, isLoading: true, error: null } }));
    expect(now()).toMatchObject({ status: 'ready', conversations: [], hasMore: true, isLoadingMore: true });
    await change(() => stage.inbox.change({ more: { hasMore: true, isLoading: false, error: REFUSED } }));
    expect(now()).toMatchObject({ loadMoreError: REFUSED, loadMore: stage.inbox.loadMore });
    const typing = [BEN];
    await change(() => stage.inbox.change({ conversations: [{ id: 'talk', typing } as never] }));
    expect(now().conversations[0]!.typing).toBe(typing);
  });
});
