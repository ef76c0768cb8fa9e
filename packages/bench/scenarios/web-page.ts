// A page under measure: what the browser says of it, by the observers of the platform.
import { setTimeout as pause } from 'node:timers/promises';

import type { BrowserContext, Page } from 'playwright-core';

import { openPhoneLine } from './phone-line.ts';

/** As the browser reports them; times in milliseconds. */
export interface Vitals {
  firstPaint: number;
  largestPaint: number;
  /** Of the layout, as its score. */
  shift: number;
  /** The longest from an input until the next paint; 0 without input. */
  interaction: number;
  /** When the first message was there to be painted; 0 before. */
  message: number;
}

export interface Frames {
  /** Between two frames, in the order in which they came. */
  deltas: number[];
  /** Of more than 50 ms each. */
  longTasks: number[];
  /** Arrival on the screen of each message, by its number, in milliseconds since 1970. */
  drawn: Record<number, number>;
}

/** The phone that Lighthouse assumes: Chrome's "Slow 4G", and a quarter of this machine's speed. */
const PHONE = { latencyMs: 150, bytesPerSecond: 1_638_400 / 8, slowdown: 4 };
/** What a browser does for itself when it opens a window is no part of what a page takes. */
const SETTLE_MS = 1_000;

/** What `measure` gives of a page that is a phone's, at the address where the server is from there. */
export async function onPhone<Result>(
  page: Page,
  url: string,
  measure: (url: string) => Promise<Result>,
): Promise<Result> {
  await using line = await openPhoneLine(url, PHONE);
  await pause(SETTLE_MS);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: PHONE.slowdown });
  return await measure(line.url);
}

/** Watches every page of a context from its beginning. */
export async function watch(context: BrowserContext): Promise<void> {
  // The compiler that runs this file names functions by it.
  await context.addInitScript('globalThis.__name = (it) => it');
  await context.addInitScript(() => {
    const vitals = { firstPaint: 0, largestPaint: 0, shift: 0, interaction: 0, message: 0 };
    const longTasks: number[] = [];
    const see = (type: string, take: (entry: PerformanceEntry) => void, more: object = {}) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
        type,
        buffered: true,
        ...more,
      });
    see('paint', (entry) => {
      if (entry.name === 'first-contentful-paint') vitals.firstPaint = entry.startTime;
    });
    see('largest-contentful-paint', (entry) => (vitals.largestPaint = entry.startTime));
    see('layout-shift', (entry) => {
      const { hadRecentInput, value } = entry as PerformanceEntry & {
        hadRecentInput: boolean;
        value: number;
      };
      if (!hadRecentInput) vitals.shift += value;
    });
    see('event', (entry) => (vitals.interaction = Math.max(vitals.interaction, entry.duration)), {
      durationThreshold: 16,
    });
    see('longtask', (entry) => longTasks.push(entry.duration));
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('[data-slot="message-text"]') === null) return;
      vitals.message = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
    Object.assign(globalThis, { measured: { vitals, longTasks } });
  });
}

interface Measured {
  measured: { vitals: Vitals; longTasks: number[]; deltas: number[]; drawn: Record<number, number> };
}

export const vitalsOf = (page: Page): Promise<Vitals> =>
  page.evaluate(() => (globalThis as unknown as Measured).measured.vitals);

/** Counts frames, and notes when each text that is a number with this prefix is drawn, until {@link framesOf}. */
export const beginFrames = (page: Page, prefix: string): Promise<void> =>
  page.evaluate((prefix) => {
    const { measured } = globalThis as unknown as Measured;
    const deltas: number[] = (measured.deltas = []);
    const drawn: Record<number, number> = (measured.drawn = {});
    measured.longTasks.length = 0;
    let last = performance.now();
    const frame = (now: number) => {
      deltas.push(now - last);
      last = now;
      for (const text of document.querySelectorAll('[data-slot="message-text"]')) {
        const content = text.textContent ?? '';
        if (content.startsWith(prefix)) drawn[Number(content.slice(prefix.length))] ??= Date.now();
      }
      if (measured.deltas === deltas) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, prefix);

export const framesOf = (page: Page): Promise<Frames> =>
  page.evaluate(async () => {
    // What has just come into the page is looked for at its next frame.
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    const { measured } = globalThis as unknown as Measured;
    const { deltas, drawn, longTasks } = measured;
    measured.deltas = [];
    // The first one began before the count.
    return { deltas: deltas.slice(1), drawn, longTasks: [...longTasks] };
  });
