// A room of the sample app: its history, what can be done with messages and offers, and what is kept.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { act, bubble, card, composer, heading, history, message, say } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { atRest, PATIENCE_MS, SOON, waitForMark } from './testing/waiting.ts';

describe.runIf(hasBrowser('a room in a browser'))('a room of the sample app', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;
  let page: Page;
  let talkId: string;

  beforeAll(async () => {
    stage = await openStage();
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
    page = await stage.page(ana);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    talkId = await stage.talk(ana, ben);
  });
  afterEach(() => stage.check());

  /** Before anyone has opened the talk. */
  const write = (from: number, to: number) =>
    stage.fill(
      talkId,
      Array.from({ length: to - from + 1 }, (_, at) => {
        const line = from + at;
        return { userId: ben.id, content: `Line ${line}. ${'More words. '.repeat((line * 7) % 23)}` };
      }),
    );
  const answer = (content: string, replyToId?: string) =>
    ben.http.messages.send.mutate({
      conversationId: talkId,
      content,
      ...(replyToId !== undefined && { replyToId }),
    });
  const open = async (of: Page = page) => {
    await of.goto(stage.server.url + talkPath(talkId));
    await heading(of, ben.username).waitFor();
  };

  it('is on its way while the script that draws it is', async () => {
    await answer('Still there?');
    let draw = (): void => undefined;
    const drawing = new Promise<void>((resolve) => (draw = resolve));
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    const prepare = async (visited: Page) => {
      await visited.route('**/assets/home-*.js', async (route) => {
        await drawing;
        await route.continue();
      });
      visited.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => {
          if (String(payload).includes('Still there?')) tell();
        }),
      );
    };
    // In a browser of its own: where someone was before, the service worker has the script.
    const first = await stage.page(ana, { path: talkPath(talkId), prepare });
    await told;
    expect(await message(first, 'Still there?').count()).toBe(0);
    draw();
    await message(first, 'Still there?').waitFor();
    await first.context().close();
  });

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
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until && !(await message(page, 'Line 40.').isVisible())) {
      await page.mouse.wheel(0, -240);
      await nextFrame(page);
    }
    await message(page, 'Line 40.').waitFor();
    await atRest(page);
    // What is on the screen moves as one, whatever was loaded meanwhile.
    expect(await spread()).toBeLessThan(2);

    const before = await message(page, 'Line 40.').boundingBox();
    await answer('Far below');
    await page.getByRole('button', { name: 'New messages' }).waitFor();
    expect((await message(page, 'Line 40.').boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
    await page.getByRole('button', { name: 'New messages' }).click();
    await message(page, 'Far below').waitFor();
    await answer('At the end');
    await message(page, 'At the end').waitFor();
    await page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'detached' });
  });

  it('draws only what is near the screen', async () => {
    await write(1, 60);
    await open();
    await message(page, 'Line 60.').waitFor();
    await atRest(page);
    expect(await history(page).locator('[data-row]').count()).toBeLessThan(30);
  });

  it('answers a message with a quote that leads back to it', async () => {
    await write(1, 91);
    await ana.http.receipts.read.mutate({ conversationId: talkId });
    await open();
    await message(page, 'Line 91.').waitFor();
    await act(page, 'Line 91.', 'Reply');
    await say(page, 'Gladly');
    await bubble(page, 'Gladly')
      .getByRole('button', { name: /Line 91\./ })
      .waitFor();

    const first = { conversationId: talkId, fromSeq: 0, direction: 'newer', limit: 1 } as const;
    const { items } = await ana.http.messages.list.query(first);
    await answer('As I said', items[0]?.id);
    await bubble(page, 'As I said')
      .getByRole('button', { name: /Show the message/ })
      .click();
    await message(page, /^Line 1\./).waitFor();
    await expect.poll(() => message(page, 'As I said').count(), SOON).toBe(0);
  });

  it('quotes a message as it is now, while one looks and while one answers it', async () => {
    const { message: asked } = await answer('Is it bleu?');
    await open();
    await act(page, 'Is it bleu?', 'Reply');
    await answer('Well?', asked.id);
    const places = [
      bubble(page, 'Well?').getByRole('button', { name: ben.username }),
      page.locator('form').filter({ hasText: `Reply to ${ben.username}` }),
    ];
    const showAll = async (text: string) => {
      for (const place of places) await place.getByText(text).waitFor();
    };
    await showAll('Is it bleu?');
    await ben.http.messages.edit.mutate({ messageId: asked.id, content: 'Is it blue?' });
    await showAll('Is it blue?');
    await ben.http.messages.delete.mutate({ messageId: asked.id });
    await showAll('Message deleted');
    expect(await page.getByText('Is it').count()).toBe(0);
  });

  it('reads out what comes, also where it is what came before', async () => {
    await open();
    await answer('Yes');
    const told = page.locator('[aria-live]').getByText(`${ben.username}: Yes`);
    await told.waitFor({ state: 'attached' });
    const before = await told.elementHandle();
    await answer('Yes');
    await expect.poll(() => before?.evaluate((element) => element.isConnected), SOON).toBe(false);
    await told.waitFor({ state: 'attached' });
  });

  it('edits, deletes and reacts', async () => {
    await write(1, 1);
    await open();
    await say(page, 'Frist');
    await waitForMark(page, 'Frist', 'Sent');
    await composer(page).press('ArrowUp');
    await say(page, 'First');
    await bubble(page, 'First').getByText('edited').waitFor();

    await act(page, 'Line 1.', 'Heart');
    await bubble(page, 'Line 1.').getByRole('button', { name: '❤️ 1: You', pressed: true }).click();
    await bubble(page, 'Line 1.').getByRole('list', { name: 'Reactions' }).waitFor({ state: 'detached' });

    await act(page, 'First', 'Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await bubble(page, 'Message deleted').waitFor();
    const stored = async () => {
      const { items } = await ben.http.messages.list.query({ conversationId: talkId });
      return items.map(({ content, deletedAt }) => [content.slice(0, 7), deletedAt === null]);
    };
    await expect.poll(stored, SOON).toEqual([
      ['', false],
      ['Line 1.', true],
    ]);
  });

  it('keeps what was begun, for each talk, through a reload', async () => {
    await open();
    await composer(page).fill('Not yet');
    const firstId = talkId;
    talkId = await stage.talk(ana, ben);
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
    const refused = await stage.page(ana);
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
        // What is asked in one turn is one frame.
        for (const call of [JSON.parse(text)].flat() as { id: number; params?: { path?: string } }[]) {
          if (call.params?.path === 'messages.send') socket.send(JSON.stringify({ id: call.id, error }));
          else server.send(JSON.stringify(call));
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
    await waitForMark(refused, 'Refused once', 'Sent');
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
    const slow = await stage.page(ana);
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
