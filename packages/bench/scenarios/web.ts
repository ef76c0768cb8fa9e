// The sample app in a browser: how soon it shows a talk on a phone, and whether it keeps up with a busy one.
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { Browser, Page } from 'playwright-core';

import { findChromium, openBrowser } from '../../tests/harness/browser.ts';
import { describeMachine } from '../machine.ts';
import type { BenchOptions, Report, Scenario } from '../scenario.ts';
import type { Subjects } from '../subjects.ts';
import { count, milliseconds, table } from '../table.ts';
import { beginFrames, framesOf, onPhone, vitalsOf, watch, type Frames, type Vitals } from './web-page.ts';
import { openTalk, type Talk } from './web-talk.ts';

const WEB = fileURLToPath(new URL('../../../apps/web/dist', import.meta.url));
const FULL = { messages: 10_000, rounds: 5, rate: 50, seconds: 20 };
const QUICK = { messages: 500, rounds: 1, rate: 50, seconds: 2 };
type Settings = typeof FULL;

/** A page of 60 frames a second has 16.7 ms for each; one that takes more than one and a half has missed the next. */
const FRAME_MS = 1_000 / 60;
const MISSED_MS = 1.5 * FRAME_MS;
const SETTLE_MS = 10_000;
const DESKTOP = { width: 1280, height: 800 };
const TELEPHONE = { width: 390, height: 844 };

interface Burst extends Frames {
  sent: number[];
}

export const web: Scenario = {
  title: 'The sample app in a browser',
  about: `
How soon does somebody who is signed in see their talk, on a phone that has none of the app yet? And what becomes of the frames while a long and busy talk is open?

The first is a cold load of a talk's address in Chromium, with the processor at a quarter of its speed and a network of 1.6 Mbit/s and 150 ms, as Lighthouse assumes a phone to be. The second is the same talk on a desktop, not slowed down, in which somebody else writes many messages a second.
`.trim(),
  async run(subjects, options, say) {
    const executable = findChromium('the sample app in a browser');
    if (executable === undefined) return nothing('there is no Chromium on this machine');
    if (!existsSync(WEB)) return nothing('the app is not built: run `pnpm build` first');
    const settings = settle(options);
    const [began, machine] = [new Date(), describeMachine()];
    await using server = await subjects.app(WEB);
    const { url } = await server.answer;
    say(`web: ${count(settings.messages)} messages are written …`);
    const talk = await openTalk(url, settings.messages);
    const browser = await openBrowser(executable);
    try {
      const openings: Vitals[] = [];
      for (let round = 1; round <= settings.rounds; round += 1) {
        say(`web: a phone opens the talk, ${round} of ${settings.rounds} …`);
        openings.push(await openOnPhone(browser, url, talk));
      }
      say(`web: ${settings.rate} messages a second for ${settings.seconds} s …`);
      const burst = await readBurst(browser, url, { talk, settings });
      return report({ openings, burst, settings, subjects, machine, began });
    } finally {
      await browser.close();
    }
  },
};

const nothing = (why: string): Report => ({ text: `Left out: ${why}.`, verdict: [], faults: [] });

function settle({ quick, rate, broadcasts }: BenchOptions): Settings {
  const usual = quick ? QUICK : FULL;
  return { ...usual, rate: rate ?? usual.rate, messages: broadcasts ?? usual.messages };
}

/** A page of its own, as of somebody who has signed in here before. */
async function openPage(browser: Browser, viewport: typeof DESKTOP, { reader }: Talk): Promise<Page> {
  const context = await browser.newContext({ viewport, serviceWorkers: 'block' });
  await context.addInitScript(
    (session) => localStorage.setItem('parley.session', session),
    JSON.stringify(reader),
  );
  await watch(context);
  return context.newPage();
}

const messages = (page: Page) => page.locator('[data-slot="message-text"]');

async function openOnPhone(browser: Browser, url: string, talk: Talk): Promise<Vitals> {
  const page = await openPage(browser, TELEPHONE, talk);
  try {
    return await onPhone(page, url, async (url) => {
      await page.goto(`${url}/talks/${talk.conversationId}`, { waitUntil: 'commit' });
      await messages(page).last().waitFor();
      // Paints and shifts are told a little later.
      await pause(1_000);
      return await vitalsOf(page);
    });
  } finally {
    await page.context().close();
  }
}

async function readBurst(
  browser: Browser,
  url: string,
  { talk, settings: { rate, seconds } }: { talk: Talk; settings: Settings },
): Promise<Burst> {
  const page = await openPage(browser, DESKTOP, talk);
  try {
    await page.goto(`${url}/talks/${talk.conversationId}`);
    await messages(page).last().waitFor();
    await pause(1_000);
    const prefix = 'Message number ';
    await beginFrames(page, prefix);
    const began = Date.now();
    const sends: Promise<number>[] = [];
    for (let index = 0; index < rate * seconds; index += 1) {
      await pause(began + (index * 1_000) / rate - Date.now());
      sends.push(talk.say(`${prefix}${index}`));
    }
    const sent = await Promise.all(sends);
    await page
      .getByText(`${prefix}${sent.length - 1}`, { exact: true })
      .first()
      .waitFor({ timeout: SETTLE_MS })
      .catch(() => undefined);
    return { ...(await framesOf(page)), sent };
  } finally {
    await page.context().close();
  }
}

interface Run {
  openings: Vitals[];
  burst: Burst;
  settings: Settings;
  subjects: Subjects;
  machine: string;
  began: Date;
}

function report({ openings, burst, settings, subjects, machine, began }: Run): Report {
  const figure = (of: (opening: Vitals) => number, show = milliseconds as (value: number) => string) => {
    const values = openings.map(of).toSorted((one, other) => one - other);
    return [quantile(values, 0.5), values[0], values.at(-1)].map((value) => show(value ?? 0));
  };
  const frames = burst.deltas.toSorted((one, other) => one - other);
  const late = burst.sent
    .flatMap((at, index) => (burst.drawn[index] === undefined ? [] : [burst.drawn[index] - at]))
    .toSorted((one, other) => one - other);
  const undrawn = burst.sent.flatMap((_at, index) => (burst.drawn[index] === undefined ? [index] : []));
  const text = [
    table(
      ['on a phone, cold', 'median', 'least', 'most'],
      [
        ['first contentful paint', ...figure(({ firstPaint }) => firstPaint)],
        ['largest contentful paint', ...figure(({ largestPaint }) => largestPaint)],
        ['first message in the page', ...figure(({ message }) => message)],
        [
          'layout shift',
          ...figure(
            ({ shift }) => shift,
            (value) => value.toFixed(3),
          ),
        ],
      ],
    ),
    '',
    table(
      ['while messages arrive', `${count(settings.messages)} messages, ${settings.rate} a second`],
      [
        ['frames', count(frames.length)],
        ['frame p50', milliseconds(quantile(frames, 0.5))],
        ['frame p99', milliseconds(quantile(frames, 0.99))],
        [`frames over ${MISSED_MS.toFixed(0)} ms`, count(frames.filter((ms) => ms > MISSED_MS).length)],
        ['tasks over 50 ms', count(burst.longTasks.length)],
        ['send to drawn p50', milliseconds(quantile(late, 0.5))],
        ['send to drawn p99', milliseconds(quantile(late, 0.99))],
        ['messages not drawn', count(undrawn.length)],
      ],
    ),
    '',
    `- Run on ${began.toISOString().slice(0, 10)}: ${machine}. Server, database, writer and browser share the cores; Chromium draws without a graphics processor.`,
    `- The phone is a cold load, ${settings.rounds} times, each in a browser context of its own without a service worker.`,
    `- A message counts as drawn in the frame in which its text is in the page. Each is looked for at every frame, which is part of what a frame takes.`,
    ...subjects.leftOut.map((what) => `- Left out: ${what}.`),
  ].join('\n');
  const missing = `${undrawn.length} of ${burst.sent.length} messages, among them number ${undrawn[0]}`;
  const faults = undrawn.length === 0 ? [] : [`the app has not drawn ${missing}`];
  const verdict = [
    `The app has drawn ${count(late.length)} of ${count(burst.sent.length)} messages; ${count(frames.filter((ms) => ms > MISSED_MS).length)} of ${count(frames.length)} frames were late.`,
  ];
  return { text, verdict, faults };
}

function quantile(sorted: readonly number[], part: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
