// A room of the sample app: its history, what can be done with messages and offers, and what is kept.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findChromium } from '../harness/browser.ts';
import type { Person } from '../harness/people.ts';
import {
  act,
  bubble,
  card,
  composer,
  DESKTOP,
  heading,
  history,
  message,
  say,
  startSampleApp,
  type SampleApp,
} from './testing/sample-app.ts';

const executable = findChromium('a room of the sample app in a browser');

describe.runIf(executable !== undefined)('a room of the sample app', () => {
  let app: SampleApp;
  let ana: Person;
  let ben: Person;
  let page: Page;
  let talkId: string;

  beforeAll(async () => {
    app = await startSampleApp(executable);
    [ana, ben] = [await app.server.person('ana'), await app.server.person('ben')];
    page = await app.openAs(ana, DESKTOP);
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
  });
  let talks = 0;
  beforeEach(async () => {
    talks += 1;
    const draft = { participantIds: [ben.id], subject: `Talk ${talks}` };
    talkId = (await ana.http.conversations.create.mutate(draft)).id;
  });

  const write = async (from: number, to: number) => {
    for (let line = from; line <= to; line += 1) {
      const content = `Line ${line}. ${'More words. '.repeat((line * 7) % 23)}`;
      await ben.http.messages.send.mutate({ conversationId: talkId, content });
    }
  };
  const open = async (of: Page = page) => {
    await of.goto(`${app.server.url}/talks/${talkId}`);
    await heading(of, ben.username).waitFor();
  };

  it('leads to where the unread messages begin, also where that is not loaded', async () => {
    await write(1, 10);
    await ana.http.receipts.read.mutate({ conversationId: talkId });
    await write(11, 80);
    await open();
    await message(page, 'Line 80.').waitFor();
    expect(await history(page).getByText('New messages').count()).toBe(0);
    await page.getByRole('button', { name: 'First new message' }).click();
    await history(page).getByText('New messages').waitFor();
    await message(page, 'Line 11.').waitFor();
    await page.getByRole('button', { name: 'First new message' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Newest' }).click();
    await message(page, 'Line 80.').waitFor();
  });

  it('stays where one reads while older messages come above and new ones below', async () => {
    await write(1, 120);
    await ana.http.receipts.read.mutate({ conversationId: talkId });
    await open();
    await message(page, 'Line 120.').waitFor();
    const spread = await watchMoves(page);
    await history(page).hover();
    for (let step = 0; step < 200 && !(await message(page, 'Line 40.').isVisible()); step += 1) {
      await page.mouse.wheel(0, -240);
      await nextFrame(page);
    }
    await message(page, 'Line 40.').waitFor();
    // What is on the screen moves as one, whatever was loaded meanwhile.
    expect(await spread()).toBeLessThan(2);

    const before = await message(page, 'Line 40.').boundingBox();
    await ben.http.messages.send.mutate({ conversationId: talkId, content: 'Far below' });
    await page.getByRole('button', { name: 'New messages' }).waitFor();
    expect((await message(page, 'Line 40.').boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
    await page.getByRole('button', { name: 'New messages' }).click();
    await message(page, 'Far below').waitFor();
    await ben.http.messages.send.mutate({ conversationId: talkId, content: 'At the end' });
    await message(page, 'At the end').waitFor();
    await page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'detached' });
  });

  it('draws only what is near the screen', async () => {
    await write(1, 60);
    await open();
    await message(page, 'Line 60.').waitFor();
    expect(await history(page).locator('[data-row]').count()).toBeLessThan(30);
  });

  it('answers a message with a quote that leads back to it', async () => {
    await write(1, 1);
    await open();
    await act(page, 'Line 1.', 'Reply');
    await say(page, 'Gladly');
    const quote = bubble(page, 'Gladly').getByRole('button', { name: /Line 1\./ });
    await quote.waitFor();
    await write(2, 90);
    await open();
    await message(page, 'Line 90.').waitFor();
    const { items } = await ana.http.messages.list.query({ conversationId: talkId, limit: 100 });
    const first = items.find(({ content }) => content.startsWith('Line 1.'));
    await ben.http.messages.send.mutate({
      conversationId: talkId,
      content: 'As I said',
      ...(first && { replyToId: first.id }),
    });
    await bubble(page, 'As I said')
      .getByRole('button', { name: /Show the message/ })
      .click();
    await message(page, /^Line 1\./).waitFor();
    expect(await message(page, /^Line 1\./).isVisible()).toBe(true);
    expect(await message(page, 'As I said').count()).toBe(0);
  });

  it('edits, deletes and reacts', async () => {
    await write(1, 1);
    await open();
    await say(page, 'Frist');
    await bubble(page, 'Frist').getByText('Sent', { exact: true }).waitFor({ state: 'attached' });
    await composer(page).press('ArrowUp');
    await say(page, 'First');
    await bubble(page, 'First').getByText('edited').waitFor();

    await act(page, 'Line 1.', 'Heart');
    await bubble(page, 'Line 1.').getByRole('button', { name: '❤️ 1: You', pressed: true }).click();
    await bubble(page, 'Line 1.').getByRole('list', { name: 'Reactions' }).waitFor({ state: 'detached' });

    await act(page, 'First', 'Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await bubble(page, 'Message deleted').waitFor();
    const { items } = await ben.http.messages.list.query({ conversationId: talkId });
    expect(items.map(({ content, deletedAt }) => [content.slice(0, 7), deletedAt === null])).toEqual([
      ['', false],
      ['Line 1.', true],
    ]);
  });

  it('keeps what was begun, for each talk, through a reload', async () => {
    await open();
    await composer(page).fill('Not yet');
    const firstId = talkId;
    talkId = (await ana.http.conversations.create.mutate({ participantIds: [ben.id], subject: 'Other' })).id;
    await open();
    expect(await composer(page).inputValue()).toBe('');
    talkId = firstId;
    await open();
    await page.reload();
    await composer(page).waitFor();
    expect(await composer(page).inputValue()).toBe('Not yet');
    await composer(page).fill('');
  });

  it('says why a message was not sent, and sends it again or forgets it', async () => {
    let isRefusing = true;
    const refused = await app.openAs(ana, DESKTOP);
    await refused.routeWebSocket(/trpc/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        const text = String(frame);
        if (!isRefusing || !text.includes('messages.send')) {
          server.send(frame);
          return;
        }
        const data = { code: 'BAD_REQUEST', httpStatus: 400, reason: 'message_too_long', retryable: false };
        const error = { json: { message: 'The message is too long', code: -32_600, data } };
        for (const { id } of [JSON.parse(text)].flat() as { id: number }[]) {
          socket.send(JSON.stringify({ id, error }));
        }
      });
    });
    await open(refused);
    await say(refused, 'Refused once');
    await bubble(refused, 'Refused once').getByRole('alert').getByText('The message is too long').waitFor();
    await say(refused, 'Refused for good');
    await bubble(refused, 'Refused for good').getByRole('button', { name: 'Discard' }).click();
    await message(refused, 'Refused for good').waitFor({ state: 'detached' });
    isRefusing = false;
    await bubble(refused, 'Refused once').getByRole('button', { name: 'Send again' }).click();
    await bubble(refused, 'Refused once').getByText('Sent', { exact: true }).waitFor({ state: 'attached' });
    const { items } = await ben.http.messages.list.query({ conversationId: talkId });
    expect(items.map(({ content }) => content)).toEqual(['Refused once']);
    await refused.context().close();
  });

  it('shows an offer as it is now, and says so, where the other one was faster', async () => {
    const { offer } = await ben.http.offers.create.mutate({
      conversationId: talkId,
      title: 'Bike',
      terms: 'Now',
    });
    let isHeld = false;
    const slow = await app.openAs(ana, DESKTOP);
    await slow.routeWebSocket(/trpc/, (socket) => {
      const server = socket.connectToServer();
      // Its own answers come; what others do is not told in time.
      server.onMessage((frame) => {
        if (!isHeld || !String(frame).includes('offer-update')) socket.send(frame);
      });
    });
    await open(slow);
    await card(slow, 'Bike').getByRole('button', { name: 'Accept' }).waitFor();
    isHeld = true;
    const withdrawal = { conversationId: talkId, offerId: offer.id, status: 'withdrawn' } as const;
    await ben.http.offers.update.mutate(withdrawal);
    await card(slow, 'Bike').getByRole('button', { name: 'Accept' }).click();
    await card(slow, 'Bike').getByText('Withdrawn', { exact: true }).waitFor();
    const said = await card(slow, 'Bike').getByRole('alert').innerText();
    expect(said).toBe(`Someone was faster: ${ben.username} withdrew “Bike”.`);
    await slow.context().close();
  });
});

const nextFrame = (page: Page) =>
  page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => resolve())));

/** Watches frame by frame how far what is on the screen moves; gives the largest difference between two of them. */
async function watchMoves(page: Page): Promise<() => Promise<number>> {
  await history(page).evaluate((frame) => {
    const seen = { spread: 0, places: new Map<string, number>() };
    Object.assign(globalThis, { seenMoves: seen });
    const { top, bottom } = frame.getBoundingClientRect();
    const look = () => {
      const places = new Map<string, number>();
      for (const text of frame.querySelectorAll('[data-slot=message-text]')) {
        const box = text.getBoundingClientRect();
        if (box.top >= top && box.bottom <= bottom) places.set(text.textContent ?? '', box.top);
      }
      const moves = [...places].flatMap(([text, place]) => {
        const before = seen.places.get(text);
        return before === undefined ? [] : [place - before];
      });
      if (moves.length > 1) seen.spread = Math.max(seen.spread, Math.max(...moves) - Math.min(...moves));
      seen.places = places;
      requestAnimationFrame(look);
    };
    look();
  });
  return () =>
    page.evaluate(() => (globalThis as unknown as { seenMoves: { spread: number } }).seenMoves.spread);
}
