// One client in a browser: how soon a talk is in the page on a phone, and whether frames are late while many messages arrive.
import { setTimeout as pause } from 'node:timers/promises';

import type { Browser, Page } from 'playwright-core';

import { personId, roomId, signToken, type Hall } from '../delivery/hall.ts';
import type { RunningSubject } from '../delivery/pool.ts';
import { WrongAnswer, type Bout } from '../frame/trial.ts';
import { beginFrames, framesOf, onPhone, vitalsOf, watch } from '../scenarios/web-page.ts';

const TELEPHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
const SETTLE_MS = 10_000;
/** A page of 60 frames a second has 16.7 ms for each; one that takes more than one and a half has missed the next. */
const MISSED_MS = 25;
const FIRST_MS = 30_000;

export interface ClientBoutOptions {
  browser: Browser;
  subject: RunningSubject;
  hall: Hall;
  /** What every message begins with; a number follows. */
  prefix: string;
  gzipBytes: number;
  rate: number;
  events: number;
}

export function clientBout(options: ClientBoutOptions): Bout {
  return {
    async round() {
      const late = await busyTalk(options);
      return { size: options.gzipBytes / 1_024, first: await firstMessage(options), late };
    },
    [Symbol.asyncDispose]: () => options.subject.servant[Symbol.asyncDispose](),
  };
}

/** Milliseconds from the navigation until the first messages are in the page, on a phone that has nothing of the page yet. */
const firstMessage = (options: ClientBoutOptions): Promise<number> =>
  onPage(options, TELEPHONE, (page, { url, fragment }) =>
    onPhone(page, url, async (url) => {
      await page.goto(`${url}/${fragment}`, { waitUntil: 'commit' });
      await drawnOn(page);
      return (await vitalsOf(page)).message;
    }),
  );

/** Late frames of a thousand, while somebody writes. */
const busyTalk = (options: ClientBoutOptions): Promise<number> =>
  onPage(options, DESKTOP, async (page, { url, fragment }) => {
    const { subject, hall, prefix, rate, events } = options;
    await page.goto(`${url}/${fragment}`);
    await drawnOn(page);
    await pause(500);
    await beginFrames(page, prefix);
    const { first } = await subject.servant.ask('pace', { hall, rate, events });
    const newest = `${prefix}${first + events}`;
    await page
      .getByText(newest, { exact: true })
      .waitFor({ timeout: SETTLE_MS })
      .catch(() => undefined);
    // The frame in which it came is counted too.
    await pause(100);
    const { deltas, drawn } = await framesOf(page);
    const missing = Array.from({ length: events }, (_, index) => first + index + 1).filter(
      (number) => drawn[number] === undefined,
    );
    if (missing.length > 0)
      throw new WrongAnswer(
        `${missing.length} of ${events} messages were not drawn, the first is ${missing[0]}`,
      );
    return (deltas.filter((ms) => ms > MISSED_MS).length / deltas.length) * 1_000;
  });

const drawnOn = (page: Page) =>
  page.locator('[data-slot="message-text"]').last().waitFor({ timeout: FIRST_MS });

async function onPage(
  { browser, subject, hall }: ClientBoutOptions,
  viewport: typeof DESKTOP,
  measure: (page: Page, at: { url: string; fragment: string }) => Promise<number>,
): Promise<number> {
  // The one who reads; the other one writes.
  const reader = hall.perRoom - 1;
  const query = new URLSearchParams({ token: signToken(personId(hall, reader)), room: roomId(hall, 0) });
  const context = await browser.newContext({ viewport, serviceWorkers: 'block' });
  try {
    await watch(context);
    return await measure(await context.newPage(), { url: subject.url, fragment: `#${query.toString()}` });
  } finally {
    await context.close();
  }
}
