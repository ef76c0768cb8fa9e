// What one message costs a room that is open: counted, since times are the machine's.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { composer, distanceToEnd, history, message } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { atRest, SOON } from './testing/waiting.ts';

/** More rows than fit on the screen. */
const LINES = 60;
const MORE = 20;
/** Its own row, the one before it, which is not the last any more, and the talk in the list, which is read too. */
const MOST_ROWS_DRAWN = 8;
const MOST_SCROLLS = 4;
/** All of them at once, and what is found once they have been measured, or is read meanwhile. */
const MOST_DRAWINGS = 10;

/** From the end, in pixels: one who is there, and one who reads elsewhere. */
const [NEAR, AWAY] = [40, 400];

interface Counted {
  counts: { rows: number; scrolls: number };
}

describe.runIf(hasBrowser('a busy room in a browser'))('a message that comes into an open room', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;
  let talkId: string;

  beforeAll(async () => {
    stage = await openStage();
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    talkId = await stage.talk(ana, ben);
    await stage.fill(
      talkId,
      Array.from({ length: LINES }, (_, at) => ({ userId: ben.id, content: `Line ${at + 1}.` })),
    );
    await ana.http.receipts.read.mutate({ conversationId: talkId });
  });
  afterEach(() => stage.check());

  const open = async (): Promise<Page> => {
    const page = await stage.page(ana, {
      path: talkPath(talkId),
      prepare: (opened) => opened.addInitScript(count),
    });
    await message(page, `Line ${LINES}.`).waitFor();
    await atRest(page);
    return page;
  };
  const say = (content: string) => ben.http.messages.send.mutate({ conversationId: talkId, content });

  it('draws its own row, and scrolls there: neither draws the others', async () => {
    const page = await open();
    await say('First.');
    await message(page, 'First.').waitFor();
    await atRest(page);
    const before = await countsOf(page);
    for (let line = 1; line <= MORE; line += 1) {
      await say(`More ${line}.`);
      await message(page, `More ${line}.`).waitFor();
    }
    await atRest(page);
    const after = await countsOf(page);
    const [rows, scrolls] = [(after.rows - before.rows) / MORE, (after.scrolls - before.scrolls) / MORE];
    // Less than one would say that they are not counted any more.
    expect(rows).toBeGreaterThanOrEqual(1);
    expect(rows).toBeLessThan(MOST_ROWS_DRAWN);
    expect(scrolls).toBeGreaterThanOrEqual(1);
    expect(scrolls).toBeLessThan(MOST_SCROLLS);
    await page.context().close();
  });

  it('is drawn together with what else has come before the next frame', async () => {
    const page = await open();
    const drawings = await page.evaluateHandle(holdFrames);
    for (let line = 1; line <= MORE; line += 1) await say(`More ${line}.`);
    // What is read out does not wait for a frame.
    await page
      .locator('[aria-live]')
      .filter({ hasText: `More ${MORE}.` })
      .waitFor({ state: 'attached' });
    await drawings.evaluate(({ release }) => release());
    await message(page, `More ${MORE}.`).waitFor();
    await atRest(page);
    const count = await drawings.evaluate(({ count }) => count);
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThan(MOST_DRAWINGS);
    await page.context().close();
  });

  it('leads to the end where it is one’s own, also with another’s after it in the same frame', async () => {
    const page = await open();
    await history(page).hover();
    await page.mouse.wheel(0, -900);
    await atRest(page);
    expect(await distanceToEnd(page)).toBeGreaterThan(AWAY);
    const drawings = await page.evaluateHandle(holdFrames);
    await composer(page).fill('My own.');
    await composer(page).press('Enter');
    const newest = async () => (await ben.http.messages.list.query({ conversationId: talkId })).items[0];
    await expect.poll(async () => (await newest())?.content, SOON).toBe('My own.');
    await say('Theirs.');
    await page.locator('[aria-live]').filter({ hasText: 'Theirs.' }).waitFor({ state: 'attached' });
    await drawings.evaluate(({ release }) => release());
    await message(page, 'My own.').waitFor();
    await expect.poll(() => distanceToEnd(page), SOON).toBeLessThan(NEAR);
    await page.context().close();
  });
});

/** Lets no frame come until they are released, and counts how often rows are put into the history from now on. */
function holdFrames(): { count: number; release: () => void } {
  const { requestAnimationFrame: draw, cancelAnimationFrame: cancel } = globalThis;
  const held = new Map<number, FrameRequestCallback>();
  let last = 0;
  globalThis.requestAnimationFrame = (callback) => {
    last -= 1;
    held.set(last, callback);
    return last;
  };
  globalThis.cancelAnimationFrame = (id) => {
    if (!held.delete(id)) cancel.call(globalThis, id);
  };
  const drawings = {
    count: 0,
    release: () => {
      globalThis.requestAnimationFrame = draw.bind(globalThis);
      for (const callback of held.values()) draw.call(globalThis, callback);
      held.clear();
    },
  };
  const history = document.querySelector('[role=group][aria-label=Messages]');
  if (history === null) throw new Error('There is no history');
  new MutationObserver((changes) => {
    const isDrawn = changes.some(({ addedNodes }) =>
      [...addedNodes].some((node) => node instanceof Element && node.querySelector('[data-row]') !== null),
    );
    if (isDrawn) drawings.count += 1;
  }).observe(history, { childList: true, subtree: true });
  return drawings;
}

/** Each row that is drawn writes its exact time, by a format of its own. */
function count(): void {
  const counts = { rows: 0, scrolls: 0 };
  const format = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format');
  Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      if (this.resolvedOptions().dateStyle === 'long') counts.rows += 1;
      return format?.get?.call(this) as unknown;
    },
  });
  const scroll = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTo');
  Object.defineProperty(Element.prototype, 'scrollTo', {
    configurable: true,
    value(this: Element, ...to: unknown[]) {
      counts.scrolls += 1;
      Reflect.apply(scroll?.value as (...to: unknown[]) => void, this, to);
    },
  });
  Object.assign(globalThis, { counts });
}

const countsOf = (page: Page): Promise<Counted['counts']> =>
  page.evaluate(() => ({ ...(globalThis as unknown as Counted).counts }));
