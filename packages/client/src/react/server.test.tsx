// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { useState } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { useConnection, useMessages, useOffers, useSuspenseConversation, type TimedOffer } from './index.ts';
import { offer, message, ROOM, Stage } from './testing/stage.tsx';

let complaints: unknown[] = [];

beforeEach(() => {
  complaints = [];
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const level of ['error', 'warn'] as const) {
    vi.spyOn(console, level).mockImplementation((...said) => void complaints.push(said));
  }
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const onRender = vi.fn<() => void>();
function Page() {
  onRender();
  const { messages } = useMessages('talk');
  return (
    <>
      <Title />
      <ul>
        {messages.map(({ key, content }) => (
          <li key={key}>{content}</li>
        ))}
      </ul>
    </>
  );
}
const Title = () => <h1>{useSuspenseConversation('talk').conversation.title}</h1>;
function Times() {
  const { state } = useConnection();
  const left = useOffers('talk', ({ offers }) => offers[0]?.timeLeftMs);
  return <p>{`${state} ${left === null ? 'some time' : Math.ceil(left! / 1_000)}`}</p>;
}

function Offers() {
  return useOffers('talk').offers.map((it) => <Card key={it.id} offer={it} />);
}
function Card({ offer }: { offer: TimedOffer }) {
  const [isOpen, setOpen] = useState(false);
  const left = isOpen ? Math.ceil(offer.timeLeftMs! / 1_000) : 'when?';
  return <button onClick={() => setOpen(true)}>{left}</button>;
}

/** What a server makes of a stage, and the same taken over in a browser by another one. */
async function takenOver(server: Stage, browser: Stage, page: React.ReactNode) {
  const html = renderToString(server.wrapper({ children: page }));
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  const root = await act(async () =>
    hydrateRoot(container, browser.wrapper({ children: page }), {
      onRecoverableError: (error) => complaints.push(error),
    }),
  );
  return { html, container, root };
}

describe('rendering on a server', () => {
  it('gives what is loaded, which the browser takes over without a word and follows', async () => {
    const [server, browser] = [new Stage(), new Stage()];
    server.room('talk', ROOM);
    const room = browser.room('talk', ROOM);
    const { html, container, root } = await takenOver(server, browser, <Page />);
    expect(html).toContain('<h1>A talk</h1><ul><li>message 1</li></ul>');
    expect(server.room('talk').watchers).toBe(0);
    expect(container.innerHTML).toBe(html);
    expect(onRender).toHaveBeenCalledTimes(2);
    await act(async () => room.change({ messages: [message(1), message(2)] }));
    expect(container.textContent).toBe('A talkmessage 1message 2');
    expect(complaints).toEqual([]);
    await act(async () => root.unmount());
    expect(room.watchers).toBe(0);
  });

  it('leaves out the time and the connection, which the browser adds', async () => {
    const offers = [offer('o1', new Date(Date.now() + 90_000))];
    const [server, browser] = [new Stage(), new Stage()];
    server.room('talk', { ...ROOM, offers });
    server.connection.set({ state: 'open', attempt: 0, since: 0, transport: 'ws' });
    browser.room('talk', { ...ROOM, offers });
    browser.connection.set({ state: 'connecting', attempt: 0 });
    const { html, container, root } = await takenOver(server, browser, <Times />);
    expect(html).toBe('<p>idle some time</p>');
    expect(container.textContent).toBe('connecting 90');
    expect(complaints).toEqual([]);
    await act(async () => root.unmount());
  });

  it('tells the time to a child that asks for it later', async () => {
    const offers = [offer('o1', new Date(Date.now() + 90_000))];
    const [server, browser] = [new Stage(), new Stage()];
    for (const stage of [server, browser]) stage.room('talk', { ...ROOM, offers });
    const { container, root } = await takenOver(server, browser, <Offers />);
    const button = container.querySelector('button')!;
    expect(button.textContent).toBe('when?');
    await act(async () => button.click());
    expect(button.textContent).toBe('90');
    expect(complaints).toEqual([]);
    await act(async () => root.unmount());
  });
});
