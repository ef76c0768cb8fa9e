// @vitest-environment happy-dom
import { act, cleanup, render } from '@testing-library/react';
import { Component, Suspense, type ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { unauthorised } from '../core/errors.ts';
import { createTestServer } from '../testing/index.ts';
import {
  ParleyProvider,
  useSuspenseConversation,
  useSuspenseConversations,
  useSuspenseMessages,
  useSuspenseOffer,
  useSuspenseOffers,
  useSuspensePresence,
  useSuspenseReceipts,
  useSuspenseTyping,
  useSuspenseUnread,
} from './index.ts';
import { BEN, message, participant, ROOM, Stage } from './testing/stage.tsx';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const change = (what: () => void) => act(async () => what());

class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render(): ReactNode {
    const { error } = this.state as { error: Error | null };
    if (error === null) return this.props.children;
    return <button onClick={() => this.setState({ error: null })}>{`boundary: ${error.message}`}</button>;
  }
}

async function shown(stage: Pick<Stage, 'wrapper'>, children: ReactNode) {
  const wrapped = <Boundary>{<Suspense fallback="loading">{children}</Suspense>}</Boundary>;
  let view = render(<></>);
  await act(async () => {
    view = render(wrapped, { wrapper: stage.wrapper });
  });
  return { ...view, text: () => view.container.textContent };
}

describe('a suspense twin', () => {
  it('suspends until it is loaded, and goes on live', async () => {
    const stage = new Stage();
    const room = stage.room('talk');
    function Count() {
      const { messages } = useSuspenseMessages('talk');
      const { conversation } = useSuspenseConversation('talk');
      return `${conversation.title}: ${messages.length}`;
    }
    const { text, unmount } = await shown(stage, <Count />);
    expect(text()).toBe('loading');
    await change(() => room.set(ROOM));
    expect(text()).toBe('A talk: 1');
    await change(() => room.change({ messages: [message(1), message(2)] }));
    expect(text()).toBe('A talk: 2');
    unmount();
    expect(room.watchers).toBe(0);
  });

  it('waits once for what several components need', async () => {
    const stage = new Stage();
    const room = stage.room('talk');
    const Messages = () => useSuspenseMessages('talk', ({ messages }) => messages.length);
    const Offers = () => useSuspenseOffers('talk').offers.length;
    const { text } = await shown(
      stage,
      <>
        <Messages />/<Offers />
      </>,
    );
    expect(text()).toBe('loading');
    expect(room.watchers).toBe(1);
    await change(() => room.set(ROOM));
    expect(text()).toBe('1/0');
  });

  it('throws to the boundary why it failed, at once or later', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const refused = unauthorised('not_a_participant');
    for (const before of [stageOf('loading'), stageOf('ready')]) {
      const Messages = () => useSuspenseMessages('talk').messages.length;
      const { text, unmount } = await shown(before, <Messages />);
      await change(() => before.room('talk').change({ status: 'failed', error: refused }));
      expect(text()).toBe(`boundary: ${refused.message}`);
      unmount();
    }
  });

  describe('that failed', () => {
    interface Ids {
      id: string;
      offerId: string;
    }
    /** With how often it is asked for: a room as it begins to be followed, and where it could not be had then, once it is. */
    const FAILING = [
      ['a room', 'conversations.open', 2, ({ id }: Ids) => useSuspenseMessages(id).messages.length],
      ['the inbox', 'conversations.list', 1, () => useSuspenseConversations().conversations.length],
      ['an offer', 'offers.get', 1, ({ offerId }: Ids) => useSuspenseOffer(offerId).offer.version],
      ['who is there', 'presence.get', 1, () => useSuspensePresence(BEN_ALONE).presence.size],
    ] as const;
    const BEN_ALONE = ['ben'];

    it.each(FAILING)('loads %s anew where its boundary is reset', async (_name, path, times, use) => {
      vi.useFakeTimers({ toFake: ['Date'] });
      vi.spyOn(console, 'error').mockImplementation(() => undefined);
      using server = createTestServer({ users: ['ana', 'ben'] });
      const { id } = server.conversation({ participants: ['ana', 'ben'], messages: 1 });
      const { offer } = await server
        .as('ben')
        .offers.create({ conversationId: id, title: 'Bike', terms: 'As seen' });
      const client = server.client('ana');
      const wrapper = ({ children }: { children: ReactNode }) => (
        <ParleyProvider client={client}>{children}</ParleyProvider>
      );
      const Shown = () => `${use({ id, offerId: offer.id })}`;
      const asked = () => server.calls.filter((call) => call.path === path).length;
      const allow = server.faults.refuse(path, 'invalid_input', { times: Infinity });
      const view = await shown({ wrapper }, <Shown />);
      await expect.poll(view.text).toContain('boundary');
      expect(asked()).toBe(times);
      const reset = () => change(() => view.container.querySelector('button')?.click());
      await reset();
      expect([view.text(), asked()]).toEqual([expect.stringContaining('boundary'), times]);
      vi.setSystemTime(Date.now() + 1_000);
      await reset();
      await expect.poll(asked).toBe(2 * times);
      await expect.poll(view.text).toContain('boundary');
      allow();
      vi.setSystemTime(Date.now() + 1_000);
      await reset();
      await expect.poll(view.text).toBe('1');
    });
  });

  it('of typing and of receipts waits for the room', async () => {
    const stage = new Stage();
    const room = stage.room('talk');
    function Signs() {
      const [receipt] = useSuspenseReceipts('talk', ({ receipts }) => receipts);
      const { typing } = useSuspenseTyping('talk');
      return `read to ${receipt?.readSeq}, ${typing.map(({ username }) => username).join()}`;
    }
    const { text } = await shown(stage, <Signs />);
    expect(text()).toBe('loading');
    await change(() => room.set({ ...ROOM, participants: [participant({ readSeq: 7 })], typing: [BEN] }));
    expect(text()).toBe('read to 7, ben');
  });

  it('of what is unread waits for the inbox', async () => {
    const stage = new Stage();
    stage.inbox.change({ status: 'loading' });
    const Total = () => useSuspenseUnread(({ messages }) => messages);
    const { text } = await shown(stage, <Total />);
    expect(text()).toBe('loading');
    await change(() => stage.inbox.change({ status: 'ready', unread: { messages: 3, conversations: 1 } }));
    expect(text()).toBe('3');
  });

  it('of who is there waits for the answer of a server, and for none where it is about nobody', async () => {
    using server = createTestServer({ users: ['ana', 'ben'] });
    server.conversation({ participants: ['ana', 'ben'] });
    server.connect('ben');
    const client = server.client('ana');
    const wrapper = ({ children }: { children: ReactNode }) => (
      <ParleyProvider client={client}>{children}</ParleyProvider>
    );
    function Online({ userIds }: { userIds: string[] }) {
      const { status, presence } = useSuspensePresence(userIds);
      return `${status} ${[...presence.values()].filter(({ online }) => online).length}`;
    }
    const nobody = await shown({ wrapper }, <Online userIds={[]} />);
    expect(nobody.text()).toBe('ready 0');
    server.faults.offline('ana');
    const { text } = await shown({ wrapper }, <Online userIds={['ben']} />);
    expect(text()).toBe('loading');
    server.faults.online('ana');
    await expect.poll(text).toBe('ready 1');
    expect(server.calls.filter(({ path }) => path === 'presence.get').length).toBeLessThanOrEqual(2);
  });

  it('is there at once when it is loaded already', async () => {
    const stage = stageOf('ready');
    let renders = 0;
    function Count() {
      renders += 1;
      return useSuspenseMessages('talk').messages.length;
    }
    const { text } = await shown(stage, <Count />);
    expect(text()).toBe('1');
    await change(() => stage.room('talk').change({ typing: [] }));
    expect(renders).toBe(1);
  });
});

function stageOf(status: 'loading' | 'ready'): Stage {
  const stage = new Stage();
  stage.room('talk', { ...ROOM, status });
  return stage;
}
