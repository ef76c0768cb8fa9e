// The recipe for TanStack Query, as docs/recipes/tanstack-query.md shows it, on a real server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { cleanup, fireEvent, render } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';

import { databases } from '../../server/src/core/testing/databases.ts';
import { readDocument } from '../docs/markdown.ts';
import { Proxy } from '../harness/proxy.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { Page } from './recipes/main.tsx';
import { openParley, type Parley } from './recipes/parley.ts';
import { talker, type Talker } from './testing/talkers.ts';

// Before React, which looks for a document when it is loaded.
await vi.hoisted(() => import('./testing/document.ts'));

const [kind] = databases();
const expectSoon = (what: () => unknown) => expect.poll(what);

/** Frames that have one of the words in them are not sent before they are released; from then on those pass. */
function holdingSocket(...words: string[]) {
  const holding = new Set(words);
  const held: { frame: string; send: () => void }[] = [];
  class Holding extends WebSocket {
    override send(frame: string): void {
      const isHeld = [...holding].some((word) => frame.includes(word));
      if (isHeld) held.push({ frame, send: () => super.send(frame) });
      else super.send(frame);
    }
  }
  const waiting = (word: string) => held.filter(({ frame }) => frame.includes(word));
  return {
    Holding,
    isHeld: (word: string) => waiting(word).length > 0,
    release: (word: string) => {
      holding.delete(word);
      for (const { send } of waiting(word)) send();
    },
  };
}

describe('the recipe for TanStack Query', () => {
  let server: TestServer;
  let proxy: Proxy;
  let ana: Talker;
  let ben: Talker;
  let parley: Parley;
  beforeAll(async () => {
    server = await startServer(kind);
    proxy = await Proxy.open(() => [Number(new URL(server.url).port)]);
    ana = await talker(server, 'ana');
    ben = await talker(server, 'ben');
    parley = openParley({ url: `http://127.0.0.1:${proxy.port}`, session: ana.session, WebSocket });
  });
  afterEach(cleanup);
  afterAll(async () => {
    parley.queryClient.clear();
    await Promise.all([parley.client, ana.client, ben.client].map((client) => client.close()));
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const open = async (subject: string) =>
    (await ana.client.inbox.create({ participantIds: [ben.id], subject })).id;
  const say = async (conversationId: string, content: string) =>
    (await ben.client.trpc.messages.send.mutate({ conversationId, content })).message;

  function show(conversationId: string, whose = parley) {
    const { container, getByLabelText, getByText } = render(
      <StrictMode>
        <Page parley={whose} conversationId={conversationId} />
      </StrictMode>,
    );
    return {
      messages: () =>
        [...container.querySelectorAll('li')].map((it) => it.textContent?.replace(/^.*?: /, '')),
      unread: () => container.querySelector('output')?.textContent,
      press: (label: string) => fireEvent.click(getByText(label)),
      canPress: (label: string) => !(getByText(label) as HTMLButtonElement).disabled,
      write: (value: string) => fireEvent.change(getByLabelText('Message'), { target: { value } }),
      text: () => container.textContent,
    };
  }

  it('is shown as it is run', () => {
    const blocks = [
      ...readDocument('docs/recipes/tanstack-query.md').matchAll(/^`(\S+)`:\n\n```tsx?\n([\s\S]*?)^```$/gm),
    ];
    expect(blocks.map(([, name]) => name)).toEqual(['parley.ts', 'events.ts', 'talk.tsx', 'main.tsx']);
    for (const [, name, code] of blocks)
      expect(code).toBe(readFileSync(join(import.meta.dirname, 'recipes', name ?? ''), 'utf8'));
    expect(readDocument('docs/recipes/tanstack-query.md').match(/^```tsx?$/gm)).toHaveLength(blocks.length);
  });

  it('shows what both write, once, and in order', async () => {
    const id = await open('talk');
    const page = show(id);
    await say(id, 'Is it still for sale?');
    await expectSoon(page.messages).toEqual(['Is it still for sale?']);
    for (const text of ['Yes', 'It is', 'Come and see']) {
      page.write(text);
      page.press('Send');
    }
    await expectSoon(page.messages).toEqual(['Is it still for sale?', 'Yes', 'It is', 'Come and see']);
    await expectSoon(page.text).not.toContain('Sending');
    expect(page.messages()).toHaveLength(4);
    const { items } = await ben.client.trpc.messages.list.query({ conversationId: id });
    expect(items).toHaveLength(4);
  });

  it('lacks nothing that was written between the first page and the first event', async () => {
    const id = await open('between');
    const { Holding, isHeld, release } = holdingSocket('conversations.events');
    const slow = openParley({ url: server.url, session: ana.session, WebSocket: Holding });
    await say(id, 'one');
    const page = show(id, slow);
    await expectSoon(page.messages).toEqual(['one']);
    await say(id, 'two');
    expect(isHeld('conversations.events')).toBe(true);
    release('conversations.events');
    await expectSoon(page.messages).toEqual(['one', 'two']);
    cleanup();
    slow.queryClient.clear();
    await slow.client.close();
  });

  it('shows what is edited and deleted', async () => {
    const id = await open('changes');
    const page = show(id);
    const first = await say(id, 'one');
    const second = await say(id, 'two');
    await expectSoon(page.messages).toEqual(['one', 'two']);
    await ben.client.trpc.messages.edit.mutate({ messageId: first.id, content: 'One' });
    await ben.client.trpc.messages.delete.mutate({ messageId: second.id });
    await expectSoon(page.messages).toEqual(['One', '(deleted)']);
  });

  it('loads older pages as an infinite query, while new messages arrive', async () => {
    const id = await open('history');
    for (let at = 0; at < 60; at += 1) await say(id, `m${at}`);
    const page = show(id);
    await expectSoon(() => page.messages().length).toBe(50);
    // It follows by now, and loads nothing anew because of that.
    await say(id, 'm60');
    await expectSoon(() => page.messages().at(-1)).toBe('m60');
    await expectSoon(() => page.canPress('Older')).toBe(true);
    page.press('Older');
    await say(id, 'm61');
    await expectSoon(page.messages).toEqual(Array.from({ length: 62 }, (_, at) => `m${at}`));
  });

  it('has the older page that was asked for before it followed, also where more is asked for meanwhile', async () => {
    const id = await open('older');
    for (let at = 0; at < 120; at += 1) await say(id, `m${at}`);
    const { Holding, isHeld, release } = holdingSocket('conversations.events', '"cursor"');
    const slow = openParley({ url: server.url, session: ana.session, WebSocket: Holding });
    const page = show(id, slow);
    await expectSoon(() => page.messages().length).toBe(50);
    await expectSoon(() => page.canPress('Older')).toBe(true);
    page.press('Older');
    await expectSoon(() => isHeld('"cursor"')).toBe(true);
    release('conversations.events');
    // It comes after `joined`.
    await say(id, 'm120');
    await expectSoon(() => page.messages().at(-1)).toBe('m120');
    page.press('Older');
    release('"cursor"');
    // It is there, and then both pages are loaded anew: two times fifty.
    await expectSoon(page.messages).toEqual(Array.from({ length: 100 }, (_, at) => `m${at + 21}`));
    await expectSoon(() => page.canPress('Older')).toBe(true);
    page.press('Older');
    await expectSoon(page.messages).toEqual(Array.from({ length: 121 }, (_, at) => `m${at}`));
    cleanup();
    slow.queryClient.clear();
    await slow.client.close();
  });

  it('keeps offers up to date', async () => {
    const { trpc, queryClient } = parley;
    const id = await open('offers');
    const page = show(id);
    // What is said once a page is there comes with an event: it follows by now.
    for (const [said, content] of ['Hello', 'An offer:'].entries()) {
      await say(id, content);
      await expectSoon(page.messages).toHaveLength(said + 1);
    }
    const { offer } = await ben.client.trpc.offers.create.mutate({
      conversationId: id,
      title: 'Bike',
      terms: 'As seen',
    });
    const kept = () => queryClient.getQueryData(trpc.offers.get.queryKey({ offerId: offer.id }))?.status;
    await expectSoon(kept).toBe('pending');
    await ben.client.trpc.offers.update.mutate({
      conversationId: id,
      offerId: offer.id,
      status: 'withdrawn',
    });
    await expectSoon(kept).toBe('withdrawn');
  });

  it('counts what is unread as the inbox tells', async () => {
    const id = await open('unread');
    const other = await open('elsewhere');
    const page = show(id);
    const { messages: before } = await ana.client.trpc.inbox.unread.query();
    await expectSoon(page.unread).toBe(`${before} unread`);
    await say(other, 'Hello');
    await expectSoon(page.unread).toBe(`${before + 1} unread`);
  });

  it('lacks nothing after a lost connection, and nothing after it was not shown', async () => {
    const id = await open('lost');
    const page = show(id);
    await say(id, 'before');
    await expectSoon(page.messages).toEqual(['before']);
    proxy.weather = { refusing: true };
    proxy.cut();
    await say(id, 'meanwhile');
    proxy.weather = {};
    await expectSoon(page.messages).toEqual(['before', 'meanwhile']);
    cleanup();
    await say(id, 'unseen');
    const again = show(id);
    expect(again.messages()).toEqual(['before', 'meanwhile']);
    await expectSoon(again.messages).toEqual(['before', 'meanwhile', 'unseen']);
  });
});
