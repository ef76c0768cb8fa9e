/** What tests of the sample app wait for. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { banner, bubble, history } from './sample-app.ts';

/** On a machine with other things to do. */
export const PATIENCE_MS = 20_000;
/** Poll with this where a page or the network has to come round. */
export const SOON = { timeout: PATIENCE_MS, interval: 50 };

/**
 * Waits until one's own message has come so far. One that is `Sent` is so for good only where nobody else is there to
 * have it delivered.
 */
export async function waitForMark(
  page: Page,
  text: string,
  mark: 'Sent' | 'Delivered' | 'Read',
): Promise<void> {
  await bubble(page, text).getByText(mark, { exact: true }).waitFor({ state: 'attached' });
}

export const hasFocus = (place: Locator): Promise<boolean> =>
  place.evaluate((element) => element.contains(document.activeElement));

/** Waits for the focus. A dialog takes it a moment after it is seen; what is pressed or focused before is lost. */
export async function takesFocus(place: Locator): Promise<void> {
  await expect.poll(() => hasFocus(place), SOON).toBe(true);
}

/** Closes a dialog or a menu by Escape. */
export async function dismiss(page: Page, opened: Locator): Promise<void> {
  await takesFocus(opened);
  await page.keyboard.press('Escape');
  await opened.waitFor({ state: 'detached' });
}

/** Waits until the history stands still: for some frames, nothing in it has moved or was drawn anew. */
export const atRest = (page: Page): Promise<void> =>
  history(page).evaluate(async (frame, patienceMs) => {
    const look = () =>
      [...frame.querySelectorAll('[data-row]')]
        .map((row) => `${row.getBoundingClientRect().top} ${row.textContent}`)
        .join();
    const until = performance.now() + patienceMs;
    let before = '';
    for (let still = 0; still < 20;) {
      if (performance.now() > until) throw new Error('The history does not come to rest');
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = look();
      still = now === before ? still + 1 : 0;
      before = now;
    }
  }, PATIENCE_MS);

/** Whether a text is shown from now on, if only for a moment; asked for at the end. */
export async function watchText(page: Page, text: string): Promise<() => Promise<boolean>> {
  const seen = await page.evaluateHandle((wanted) => {
    const watched = { isSeen: false };
    new MutationObserver(() => {
      watched.isSeen ||= document.body.textContent.includes(wanted);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    return watched;
  }, text);
  return async () => (await seen.jsonValue()).isSeen;
}

/** What the banner shows from now on, asked for at the end. */
export async function watchBanner(page: Page): Promise<() => Promise<string[]>> {
  const shown = await banner(page).evaluateHandle((place) => {
    const texts: string[] = [];
    new MutationObserver(() => {
      // What is not worth a word unless it lasts is there, and cannot be seen yet.
      const strip = place.firstElementChild;
      const isSeen = strip !== null && getComputedStyle(strip).opacity !== '0';
      if (isSeen) texts.push(place.textContent);
    }).observe(place, { childList: true, subtree: true, characterData: true });
    return texts;
  });
  return () => shown.jsonValue();
}
