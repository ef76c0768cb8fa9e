// What one message costs a room that is open: counted, since times are the machine's.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { message } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { atRest } from './testing/waiting.ts';

/** More rows than fit on the screen. */
const LINES = 60;
const MORE = 20;
/** Its own row, the one before it, which is not the last any more, and the talk in the list, which is read too. */
const MOST_ROWS_DRAWN = 8;
const MOST_SCROLLS = 4;

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
    expect((after.rows - before.rows) / MORE).toBeLessThan(MOST_ROWS_DRAWN);
    expect((after.scrolls - before.scrolls) / MORE).toBeLessThan(MOST_SCROLLS);
    await page.context().close();
  });
});

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
