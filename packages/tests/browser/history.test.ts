// Long histories: where they open, how they scroll, what of them is in the page.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { bubble, distanceToEnd, history, message } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { atRest, SOON } from './testing/waiting.ts';

const LINES = 10_000;
/** A page of the history, and what is around it: days, offers. */
const MOST_ROWS = 60;
const MOST_HEAP_BYTES = 60_000_000;
/** In pixels: who was first in a row may no longer be, which takes the room above. */
const MOST_MOVED = 10;
/** Some frames. */
const ANSWER_MS = 100;

describe.runIf(hasBrowser('long histories in a browser'))('a history in a browser', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;

  beforeAll(async () => {
    stage = await openStage();
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  afterEach(() => stage.check());

  const say = (conversationId: string, content: string, replyToId?: string) =>
    ben.http.messages.send.mutate({ conversationId, content, ...(replyToId !== undefined && { replyToId }) });
  const offer = (conversationId: string, title: string) =>
    ben.http.offers.create.mutate({
      conversationId,
      title,
      terms: 'As seen',
      amount: 18_000,
      currency: 'EUR',
    });

  it(
    'of 10 000 messages is scrolled to its beginning, and what one reads stays where it is',
    { timeout: 240_000 },
    async () => {
      const conversationId = await stage.talk(ana, ben);
      const lines = Array.from({ length: LINES }, (_, at) => ({
        userId: at % 3 === 2 ? ana.id : ben.id,
        content: `Line ${at + 1}. ${'It is a blue touring bike. '.repeat((at + 1) % 7)}`,
      }));
      await stage.fill(conversationId, lines);
      const first = await ana.http.messages.list.query({
        conversationId,
        fromSeq: 0,
        direction: 'newer',
        limit: 1,
      });
      await say(conversationId, 'As you said', first.items[0]?.id);
      await ana.http.receipts.read.mutate({ conversationId });
      const page = await stage.page(ana, { path: talkPath(conversationId) });
      await message(page, 'As you said').waitFor();

      // The quote of the first of them leads there, past all the others, and one comes back.
      await bubble(page, 'As you said')
        .getByRole('button', { name: /Show the message/ })
        .click();
      await message(page, /^Line 1\./).waitFor();
      await expect.poll(() => isInView(page, 'Line 1.'), SOON).toBe(true);
      await page.getByRole('button', { name: 'Newest' }).click();
      await expect.poll(() => isInView(page, 'As you said'), SOON).toBe(true);

      await page.reload();
      await message(page, 'As you said').waitFor();
      await page.evaluate(slowDown, ANSWER_MS);
      const { moves, rows, pages } = await scrollToTop(page);
      expect(await isInView(page, 'Line 1.')).toBe(true);
      expect(pages).toBeGreaterThan(LINES / 110);
      expect(moves.length).toBeGreaterThan(LINES / 200);
      expect(Math.max(...moves)).toBeLessThan(MOST_MOVED);
      expect(rows).toBeLessThan(MOST_ROWS);
      expect(await heapBytes(page)).toBeLessThan(MOST_HEAP_BYTES);
      await page.getByRole('button', { name: 'Newest' }).click();
      await expect.poll(() => isInView(page, 'As you said'), SOON).toBe(true);
      await page.context().close();
    },
  );

  it('opens at its end also where offers come into it after the messages', async () => {
    const conversationId = await stage.talk(ana, ben);
    for (let round = 1; round <= 6; round += 1) {
      await say(conversationId, `Before ${round}.`);
      await offer(conversationId, `Bike ${round}`);
    }
    await say(conversationId, 'Deal?');
    await ana.http.receipts.read.mutate({ conversationId });
    for (let round = 0; round < 3; round += 1) {
      const page = await stage.page(ana, { path: talkPath(conversationId) });
      await expect.poll(() => isInView(page, 'Deal?'), SOON).toBe(true);
      await expect.poll(() => distanceToEnd(page), SOON).toBeLessThan(40);
      await page.context().close();
    }
  });

  it.each([
    { place: 'end', isRead: true, line: 'Line 60.' },
    { place: 'first unread message', isRead: false, line: 'Line 31.' },
  ])('opens at its $place also where the machine stands still meanwhile', async ({ isRead, line }) => {
    const conversationId = await stage.talk(ana, ben);
    for (let round = 1; round <= 6; round += 1) await offer(conversationId, `Bike ${round}`);
    const lines = Array.from({ length: 60 }, (_, at) => ({
      userId: ben.id,
      content: `Line ${at + 1}. ${'It is a blue touring bike. '.repeat((at * 5) % 13)}`,
    }));
    await stage.fill(conversationId, lines.slice(0, 30));
    await ana.http.receipts.read.mutate({ conversationId });
    await stage.fill(conversationId, lines.slice(30));
    if (isRead) await ana.http.receipts.read.mutate({ conversationId });
    const prepare = (page: Page) => page.addInitScript(standStill);
    const page = await stage.page(ana, { path: talkPath(conversationId), prepare });
    await expect.poll(() => isInView(page, line), SOON).toBe(true);
    await page.context().close();
  });

  it('opens at the first unread message also where offers come into it before that', async () => {
    const conversationId = await stage.talk(ana, ben);
    for (let round = 1; round <= 6; round += 1) {
      await say(conversationId, `Before ${round}.`);
      await offer(conversationId, `Bike ${round}`);
    }
    await ana.http.receipts.read.mutate({ conversationId });
    for (let line = 1; line <= 30; line += 1) await say(conversationId, `New ${line}.`);
    const page = await stage.page(ana, { path: talkPath(conversationId) });
    const divider = history(page).getByText('New messages');
    await divider.waitFor();
    await message(page, 'New 1.').waitFor();
    await atRest(page);
    const [mark, frame] = [await divider.boundingBox(), await history(page).boundingBox()];
    expect((mark?.y ?? Infinity) - (frame?.y ?? 0)).toBeLessThan(40);
    expect(await isInView(page, 'New 1.')).toBe(true);
    expect(await isInView(page, 'New 30.')).toBe(false);
    await page.context().close();
  });
});

/** The first frames that have a history come more than a second late each. */
function standStill(): void {
  const LATE_MS = 1_200;
  let left = 4;
  const draw = requestAnimationFrame;
  globalThis.requestAnimationFrame = (callback) =>
    draw((at) => {
      const isLate = left > 0 && document.querySelector('[data-row]') !== null;
      if (isLate) left -= 1;
      const until = performance.now() + (isLate ? LATE_MS : 0);
      while (performance.now() < until);
      callback(at);
    });
}

const isInView = async (page: Page, text: string): Promise<boolean> => {
  const frame = await history(page).boundingBox();
  const all = await message(page, text).all();
  const box = all.length === 1 ? await all[0]?.boundingBox() : null;
  return !!box && !!frame && box.y >= frame.y && box.y + box.height <= frame.y + frame.height;
};

/** What the page asks for leaves it so much later: a page of messages comes when the rows before it have been drawn. */
function slowDown(ms: number): void {
  const own = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'send');
  const send = own?.value as (this: WebSocket, frame: string) => void;
  Object.defineProperty(WebSocket.prototype, 'send', {
    ...own,
    value(this: WebSocket, frame: string) {
      setTimeout(() => send.call(this, frame), ms);
    },
  });
}

/** Goes up page by page, and looks how far each page that is loaded moves what was at the top. */
const scrollToTop = (page: Page): Promise<{ moves: number[]; rows: number; pages: number }> =>
  history(page).evaluate(async (place) => {
    const frame = place as HTMLElement;
    const frames = async (count: number) => {
      for (let at = 0; at < count; at += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    };
    const texts = () => [...frame.querySelectorAll<HTMLElement>('[data-slot=message-text]')];
    const lineOf = (element: HTMLElement) => /^Line \d+\./.exec(element.innerText)?.[0];
    const at = (line: string | undefined) =>
      texts()
        .find((element) => lineOf(element) === line)
        ?.getBoundingClientRect().top;
    const moves: number[] = [];
    let [rows, pages] = [0, 0];
    const until = Date.now() + 150_000;
    while (!frame.innerText.includes('This is the beginning')) {
      if (Date.now() > until) throw new Error(`Only ${pages} pages in time`);
      const height = frame.scrollHeight;
      const isLonger = () => frame.scrollHeight > height + 500;
      frame.scrollTop = 0;
      await frames(2);
      if (!isLonger()) {
        const [top] = texts();
        const line = top && lineOf(top);
        const y = at(line);
        for (let turn = 0; turn < 200 && !isLonger(); turn += 1) await frames(1);
        await frames(2);
        const now = at(line);
        if (y !== undefined && now !== undefined) moves.push(Math.abs(now - y));
      }
      pages += 1;
      rows = Math.max(rows, frame.querySelectorAll('[data-row]').length);
    }
    frame.scrollTop = 0;
    await frames(4);
    return { moves, rows, pages };
  });

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Infinity;
}
