// The hooks on a real server: what two people see and do.
import { isParleyError } from '@parley/client';
import {
  useConversation,
  useConversations,
  useMessages,
  useOffer,
  useOffers,
  usePresence,
  useReceipts,
  useSession,
  useSuspenseConversation,
  useSuspenseMessages,
  useTyping,
  useUnread,
  ParleyProvider,
} from '@parley/client/react';
import { cleanup } from '@testing-library/react';
import { Suspense } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Boundary, countingSockets, page, shown } from './testing/page.tsx';
import { clientOf, withTalkers } from './testing/talkers.ts';

// Before React, which looks for a document when it is loaded.
const { document } = await vi.hoisted(() => import('./testing/document.ts'));

/** Everything crosses a real server, on a machine with other things to do. */
const poll = (what: () => unknown) => expect.poll(what);

describe('the hooks', () => {
  const stage = withTalkers(['ana', 'ben']);
  afterEach(cleanup);

  const open = async (subject: string) =>
    (await stage.ana.client.inbox.create({ participantIds: [stage.ben.id], subject })).id;
  const write = async (conversationId: string, count: number) => {
    const send = (_: unknown, i: number) =>
      stage.ana.client.trpc.messages.send.mutate({ conversationId, content: `message ${i + 1}` });
    await Promise.all(Array.from({ length: count }, send));
  };

  it('let two people talk, each seeing at once what they write', async () => {
    const id = await open('talk');
    const hers = shown(stage.ana.client, () => useMessages(id));
    const his = shown(stage.ben.client, () => useMessages(id));
    expect(hers.now()).toMatchObject({ status: 'loading', messages: [] });
    await poll(() => [hers.now().status, his.now().status]).toEqual(['ready', 'ready']);

    const sent = hers.now().send('Is it still for sale?');
    await poll(() => hers.now().messages.length).toBe(1);
    const { key } = hers.now().messages[0]!;
    const { id: messageId } = await sent;
    await poll(() => his.now().messages.map(({ content }) => content)).toEqual(['Is it still for sale?']);
    expect(hers.now().messages.map((message) => message.key)).toEqual([key]);

    await his.now().react(messageId, '👍');
    await poll(() => hers.now().messages[0]!.reactions).toEqual([{ emoji: '👍', userIds: [stage.ben.id] }]);
    await hers.now().edit(messageId, 'Is it sold?');
    await poll(() => his.now().messages[0]!.content).toBe('Is it sold?');
    await hers.now().remove(messageId);
    await poll(() => his.now().messages[0]!.deletedAt).toBeInstanceOf(Date);
    await expect(his.now().edit(messageId, 'mine now')).rejects.toSatisfy((error) => isParleyError(error));
  });

  it('render a component for what it reads, and for nothing else', async () => {
    const id = await open('counting');
    const messages = shown(stage.ana.client, () => {
      const { messages } = useMessages(id);
      return messages;
    });
    const typing = shown(stage.ana.client, () => useTyping(id).typing);
    const all = shown(stage.ana.client, () => useConversation(id).status);
    const his = shown(stage.ben.client, () => ({
      ...useMessages(id),
      ...useTyping(id),
      offers: useOffers(id),
    }));
    await poll(() => [all.now(), his.now().status]).toEqual(['ready', 'ready']);
    const [read, written] = [messages.renders(), typing.renders()];

    his.now().setTyping();
    await poll(() => typing.now().map((person) => person.id)).toEqual([stage.ben.id]);
    await his.now().offers.create({ title: 'Bike', terms: 'as it is' });
    await poll(() => stage.ana.client.conversation(id).offers.length).toBe(1);
    expect(messages.renders()).toBe(read);
    expect(typing.renders()).toBe(written + 1);
    his.now().setTyping(false);
    await poll(() => typing.now()).toEqual([]);

    const before = typing.renders();
    await his.now().send('One');
    await his.now().send('Two');
    await poll(() => messages.now().map(({ content }) => content)).toEqual(['One', 'Two']);
    // At most one for each message that came; a receipt of one's own changes none of them.
    expect(messages.renders()).toBeLessThanOrEqual(read + 2);
    expect(typing.renders()).toBe(before);
  });

  it('subscribe once, whatever watches, under StrictMode too, and again for another id', async () => {
    const [one, two] = [await open('strict one'), await open('strict two')];
    await write(two, 1);
    const { subscriptions, WebSocket } = countingSockets();
    const client = clientOf(stage.server.url, stage.ana.session, { WebSocket });
    let id: string | undefined = one;
    const many = shown(
      client,
      () => ({
        messages: useMessages(id),
        typing: useTyping(id),
        receipts: useReceipts(id),
        offers: useOffers(id),
        list: useConversations(),
        unread: useUnread(),
      }),
      { strict: true },
    );
    shown(client, () => useMessages(id).status, { strict: true });
    await poll(() => [many.now().messages.status, many.now().list.status]).toEqual(['ready', 'ready']);
    expect(subscriptions.toSorted()).toEqual(['conversations.events', 'inbox.events']);

    id = two;
    many.rerender();
    await poll(() => many.now().messages.messages.length).toBe(1);
    id = undefined;
    many.rerender();
    expect(many.now().messages).toMatchObject({ status: 'idle', messages: [] });
    await expect(many.now().messages.send('To nobody')).rejects.toThrow('no id');
    expect(subscriptions).toHaveLength(3);
    await client.close();
  });

  it('load older pages, and say what is missing after a jump', async () => {
    const id = await open('history');
    await write(id, 110);
    const hers = shown(stage.ana.client, () => useMessages(id));
    await poll(() => [hers.now().messages.length, hers.now().hasOlder]).toEqual([50, true]);
    await hers.now().loadOlder();
    await poll(() => [hers.now().messages.length, hers.now().isLoadingOlder]).toEqual([100, false]);

    const { gap, messages, jumpTo } = shown(stage.ben.client, () => useMessages(id)).now();
    expect([gap, messages]).toEqual([null, []]);
    await jumpTo(5);
    const his = shown(stage.ben.client, () => useMessages(id));
    await poll(() => his.now().messages.some(({ seq }) => seq === 5)).toBe(true);
    while (his.now().gap !== null) {
      const { length } = his.now().messages;
      await his.now().gap?.load();
      await poll(() => his.now().messages.length).toBeGreaterThan(length);
    }
    await poll(() => [his.now().messages.length, his.now().hasOlder]).toEqual([110, false]);
  });

  it('show the moves of an offer to whom may make them, and one of two that are made at once', async () => {
    const id = await open('offers');
    const hers = shown(stage.ana.client, () => useOffers(id));
    const his = shown(stage.ben.client, () => useOffers(id));
    await poll(() => [hers.now().status, his.now().status]).toEqual(['ready', 'ready']);
    const { id: offerId } = await hers.now().create({
      title: 'Bike',
      terms: 'as it is',
      expiresAt: new Date(Date.now() + 3_600_000),
    });
    await poll(() => his.now().offers.length).toBe(1);
    const [mine, received] = [hers.now().offers[0]!, his.now().offers[0]!];
    expect([Object.keys(mine.moves), Object.keys(received.moves).toSorted()]).toEqual([
      ['withdraw'],
      ['accept', 'counter', 'decline'],
    ]);
    expect(received.timeLeftMs).toBeGreaterThan(3_500_000);
    if (mine.status !== 'pending' || mine.role !== 'author') throw new Error('not hers');
    if (received.status !== 'pending' || received.role !== 'recipient') throw new Error('not to him');

    const outcomes = await Promise.allSettled([mine.moves.withdraw(), received.moves.accept()]);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(isParleyError(lost[0]!.reason, 'offer_not_open')).toBe(true);
    const status = outcomes[0].status === 'fulfilled' ? 'withdrawn' : 'accepted';
    await poll(() => [hers.now().offers[0]!.status, his.now().offers[0]!.status]).toEqual([status, status]);

    const alone = shown(stage.ben.client, () => useOffer(offerId));
    expect(alone.now()).toMatchObject({ status: 'ready', offer: { id: offerId, status }, timeLeftMs: null });
  });

  it('find an offer whose conversation is not open', async () => {
    const id = await open('one offer');
    const { offer } = await stage.ana.client.trpc.offers.create.mutate({
      conversationId: id,
      title: 'Lamp',
      terms: 'as it is',
    });
    const client = clientOf(stage.server.url, stage.ben.session);
    const his = shown(client, () => useOffer(offer.id));
    expect(his.now()).toMatchObject({ status: 'loading', offer: null });
    await poll(() => his.now().offer?.title).toBe('Lamp');
    const none = shown(client, () => useOffer('01900000-0000-7000-8000-000000000000'));
    await poll(() => none.now()).toMatchObject({
      status: 'failed',
      error: { data: { reason: 'offer_not_found' } },
    });
    await client.close();
  });

  it('tell who has read what, who is there and how much there is to read', async () => {
    const id = await open('marks');
    const unread = shown(stage.ben.client, () => useUnread());
    const list = shown(stage.ben.client, () =>
      useConversations(({ conversations }) => conversations.map((talk) => talk.id)),
    );
    await poll(() => unread.now().status).toBe('ready');
    const { messages } = unread.now();
    await write(id, 2);
    await poll(() => unread.now().messages).toBe(messages + 2);
    await poll(() => list.now()[0]).toBe(id);

    const his = shown(stage.ben.client, () => useReceipts(id));
    const hers = shown(stage.ana.client, () => useReceipts(id));
    await poll(() => his.now().unreadCount).toBe(2);
    await poll(() => hers.now().status).toBe('ready');
    expect(his.now().firstUnreadSeq).toBeGreaterThan(0);
    const head = stage.ana.client.conversation(id).messages.at(-1)!.seq!;
    await his.now().read();
    await poll(() => [his.now().unreadCount, his.now().firstUnreadSeq]).toEqual([0, null]);
    await poll(() => unread.now().messages).toBe(messages);
    await poll(() => hers.now().receipts).toMatchObject([{ user: { id: stage.ben.id }, readSeq: head }]);

    const online = shown(stage.ana.client, () =>
      usePresence([stage.ben.id], ({ presence }) => presence.get(stage.ben.id)?.online),
    );
    await poll(() => online.now()).toBe(true);
  });

  it('suspend until a conversation is there, and hand a refusal to the boundary', async () => {
    const id = await open('suspense');
    await write(id, 1);
    const Talk = ({ id }: { id: string }) => {
      const { messages } = useSuspenseMessages(id);
      const { subject } = useSuspenseConversation(id).conversation;
      return `${subject}: ${messages.length}`;
    };
    const client = clientOf(stage.server.url, stage.ben.session);
    const at = (conversationId: string) =>
      page(
        client,
        <Boundary>
          <Suspense fallback="loading">
            <Talk id={conversationId} />
          </Suspense>
        </Boundary>,
        { strict: true },
      );
    const talk = at(id);
    expect(talk.text()).toBe('loading');
    await poll(talk.text).toBe('suspense: 1');
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const stranger = at('01900000-0000-7000-8000-000000000000');
    await poll(stranger.text).toMatch(/^boundary: /);
    quiet.mockRestore();
    const plain = shown(client, () => useMessages('01900000-0000-7000-8000-000000000000'));
    await poll(() => plain.now()).toMatchObject({
      status: 'failed',
      error: { data: { reason: 'not_a_participant' } },
    });
    await client.close();
  });

  it('render on a server what a browser takes over, and goes on from there', async () => {
    const id = await open('server');
    await write(id, 1);
    const Page = () => {
      const { messages } = useMessages(id);
      return <p>{messages.map(({ content }) => content).join(' ')}</p>;
    };
    const there = clientOf(stage.server.url, stage.ben.session);
    await there.conversation(id).load();
    const html = renderToString(
      <ParleyProvider client={there}>
        <Page />
      </ParleyProvider>,
    );
    const handed = JSON.stringify(there.dehydrate());
    await there.close();
    expect(html).toBe('<p>message 1</p>');

    await write(id, 1);
    const { subscriptions, WebSocket } = countingSockets();
    const here = clientOf(stage.server.url, stage.ben.session, {
      WebSocket,
      hydrate: JSON.parse(handed) as never,
    });
    const container = document.createElement('div');
    container.innerHTML = html;
    const complaints: unknown[] = [];
    const root = hydrateRoot(
      container,
      <ParleyProvider client={here}>
        <Page />
      </ParleyProvider>,
      { onRecoverableError: (error) => complaints.push(error) },
    );
    await poll(() => container.textContent).toBe('message 1 message 1');
    expect([complaints, subscriptions]).toEqual([[], ['conversations.events']]);
    root.unmount();
    await here.close();
  });

  it('sign in, and say why not', async () => {
    const client = clientOf(stage.server.url, stage.ana.session);
    const session = shown(client, () => useSession());
    expect(session.now()).toMatchObject({ status: 'ready', user: { id: stage.ana.id } });
    await session.now().signOut();
    await poll(() => session.now().status).toBe('idle');
    const wrong = { email: 'nobody@parley.test', password: 'wrong' };
    await expect(session.now().signIn(wrong)).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
    await poll(() => session.now()).toMatchObject({
      status: 'failed',
      error: { data: { reason: 'invalid_credentials' } },
    });
    await session.now().register({
      email: 'new@parley.test',
      username: 'newcomer',
      password: 'correct horse battery',
    });
    await poll(() => session.now()).toMatchObject({ status: 'ready', user: { username: 'newcomer' } });
    await client.close();
  });
});
