// @vitest-environment happy-dom
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { memo, version } from 'react';
import { afterEach, describe, expect, it } from 'vitest';

import { useConversation, useMessages, useReceipts, useTyping, useUnread } from './index.ts';
import { ANA, BEN, message, offer, participant, ROOM, Stage } from './testing/stage.tsx';

afterEach(cleanup);

const change = (what: () => void) => act(async () => what());

/** Renders what a hook gives, and counts how often. */
function counted<Result>(stage: Stage, hook: () => Result) {
  let renders = 0;
  const { result, ...rest } = renderHook(
    () => {
      renders += 1;
      return hook();
    },
    { wrapper: stage.wrapper },
  );
  return { ...rest, now: () => result.current, renders: () => renders };
}

describe('a component', () => {
  it('runs with the React that is meant', ({ task }) => {
    expect(version).toMatch(task.file.projectName === 'react-18' ? /^18\./ : /^19\./);
  });

  it('that reads messages is not rendered for typing, participants, offers or pages', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now, renders } = counted(stage, () => {
      const { messages } = useMessages('talk');
      return messages;
    });
    expect(renders()).toBe(1);
    await change(() => room.change({ typing: [BEN] }));
    await change(() => room.change({ participants: [participant({ online: true })] }));
    await change(() => room.change({ offers: [offer('o1')] }));
    await change(() => room.change({ olderMessages: { hasMore: true, isLoading: true, error: null } }));
    expect(renders()).toBe(1);
    await change(() => room.change({ messages: [...ROOM.messages, message(2)] }));
    expect(renders()).toBe(2);
    expect(now()).toHaveLength(2);
  });

  it('that reads typing is not rendered for messages', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now, renders } = counted(stage, () => useTyping('talk').typing);
    await change(() => room.change({ messages: [message(1), message(2)] }));
    expect(renders()).toBe(1);
    await change(() => room.change({ typing: [BEN] }));
    expect(renders()).toBe(2);
    expect(now()).toEqual([BEN]);
  });

  it('that reads functions alone is never rendered again', async () => {
    const stage = new Stage();
    const room = stage.room('talk');
    const { now, renders } = counted(stage, () => {
      const { send, loadOlder } = useMessages('talk');
      return { send, loadOlder };
    });
    await change(() => room.set(ROOM));
    await change(() => room.change({ messages: [] }));
    expect(renders()).toBe(1);
    expect(now()).toEqual({ send: room.send, loadOlder: room.loadOlder });
  });

  it('that reads receipts is not rendered when someone writes or comes online, nor for messages', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now, renders } = counted(stage, () => useReceipts('talk').receipts);
    const me = ROOM.participants[0]!;
    await change(() => room.change({ participants: [me, participant({ typing: true, online: true })] }));
    await change(() => room.change({ messages: [message(1), message(2)] }));
    expect(renders()).toBe(1);
    await change(() => room.change({ participants: [me, participant({ readSeq: 1 })] }));
    expect(renders()).toBe(2);
    expect(now()).toEqual([{ user: BEN, readSeq: 1, readAt: null, deliveredSeq: 0 }]);
  });

  it('that reads a number is rendered when it is another one', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const unread = counted(stage, () => useReceipts('talk').unreadCount);
    expect(unread.now()).toBe(1);
    await change(() => room.change({ messages: [message(1, { content: 'edited' })] }));
    expect(unread.renders()).toBe(1);
    await change(() => room.change({ participants: [participant({ user: ANA, isMe: true, readSeq: 1 })] }));
    expect(unread.now()).toBe(0);
    const badge = counted(stage, () => useUnread().messages);
    await change(() => stage.inbox.change({ unread: { messages: 3, conversations: 1 } }));
    expect(badge.now()).toBe(3);
    await change(() => stage.inbox.change({ unread: { messages: 3, conversations: 2 } }));
    expect(badge.renders()).toBe(2);
  });

  it('is rendered for what a child reads from the result that it was given', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const Child = memo(({ result }: { result: ReturnType<typeof useTyping> }) => (
      <p>{result.typing.length}</p>
    ));
    function Parent() {
      return <Child result={useTyping('talk')} />;
    }
    const { container } = render(<Parent />, { wrapper: stage.wrapper });
    await change(() => room.change({ typing: [BEN] }));
    expect(container.textContent).toBe('1');
  });

  it('reads what is there when it begins to read', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { rerender, result } = renderHook(
      ({ isShown }) => {
        const { messages, isLoadingOlder } = useMessages('talk');
        return isShown ? messages.length : isLoadingOlder;
      },
      { wrapper: stage.wrapper, initialProps: { isShown: true } },
    );
    const typing = renderHook(
      ({ isShown }) => {
        const room = useTyping('talk');
        return isShown ? room.typing.length : null;
      },
      { wrapper: stage.wrapper, initialProps: { isShown: false } },
    );
    await change(() => room.change({ typing: [BEN] }));
    typing.rerender({ isShown: true });
    expect(typing.result.current).toBe(1);
    rerender({ isShown: false });
    expect(result.current).toBe(false);
  });

  it('gets the fields by spreading too', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now } = counted(stage, () => ({ ...useConversation('talk') }));
    expect(now()).toMatchObject({
      status: 'ready',
      error: null,
      conversation: ROOM.conversation,
      participants: ROOM.participants,
      me: ROOM.participants[0],
      rename: room.rename,
    });
  });

  it('gets the same result until something changes that it reads', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now, rerender } = counted(stage, () => useMessages('talk'));
    const first = now();
    expect(first.messages).toHaveLength(1);
    rerender();
    expect(now()).toBe(first);
    await change(() => room.change({ messages: [] }));
    expect(now()).not.toBe(first);
    expect(first.messages).toHaveLength(1);
    expect(now().messages).toHaveLength(0);
  });
});

describe('a selector', () => {
  it('renders when its result changes, and not before', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now, renders } = counted(stage, () => useMessages('talk', ({ messages }) => messages.length));
    await change(() => room.change({ messages: [message(1, { content: 'edited' })] }));
    expect(renders()).toBe(1);
    await change(() => room.change({ messages: [message(1), message(2)] }));
    expect(renders()).toBe(2);
    expect(now()).toBe(2);
  });

  it('may make a new object or list each time', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const list = counted(stage, () => useMessages('talk', ({ messages }) => messages.map(({ id }) => id)));
    const object = counted(stage, () =>
      useMessages('talk', ({ messages, status }) => ({ count: messages.length, status })),
    );
    const [ids, both] = [list.now(), object.now()];
    await change(() => room.change({ messages: [message(1, { content: 'edited' })] }));
    list.rerender();
    expect(list.now()).toBe(ids);
    expect(list.renders()).toBe(2);
    expect(object.now()).toBe(both);
    expect(object.renders()).toBe(1);
  });

  it('may say itself when two results are the same', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    const { now, renders } = counted(stage, () =>
      useMessages(
        'talk',
        ({ messages }) => messages.map(({ seq }) => seq),
        (before, now) => before.length === now.length,
      ),
    );
    await change(() => room.change({ messages: [message(7)] }));
    expect(renders()).toBe(1);
    expect(now()).toEqual([1]);
    await change(() => room.change({ messages: [message(7), message(8)] }));
    expect(now()).toEqual([7, 8]);
  });

  it('is asked once for each result, so that it may give another object each time', async () => {
    const stage = new Stage();
    const room = stage.room('talk', ROOM);
    let asked = 0;
    const { renders } = counted(stage, () =>
      useMessages(
        'talk',
        ({ messages }) => {
          asked += 1;
          return [...messages];
        },
        Object.is,
      ),
    );
    expect([renders(), asked]).toEqual([1, 1]);
    await change(() => room.change({ typing: [BEN] }));
    expect([renders(), asked]).toEqual([1, 1]);
    await change(() => room.change({ messages: [message(1), message(2)] }));
    expect(renders()).toBe(2);
    expect(asked).toBeLessThanOrEqual(3);
  });

  it('sees what the component gives it now', () => {
    const stage = new Stage();
    stage.room('talk', ROOM);
    const { result, rerender } = renderHook(
      ({ seq }) => useMessages('talk', ({ messages }) => messages.some((it) => it.seq === seq)),
      { wrapper: stage.wrapper, initialProps: { seq: 1 } },
    );
    expect(result.current).toBe(true);
    rerender({ seq: 2 });
    expect(result.current).toBe(false);
  });
});
