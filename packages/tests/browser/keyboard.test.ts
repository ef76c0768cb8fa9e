// Where the Tab key leads in the sample app: round each screen and out of it, round each dialog and never out of it.
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { composer, message } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { dismiss, hasFocus, SOON, takesFocus } from './testing/waiting.ts';

/** More stops than any screen has. */
const MANY = 60;

describe.runIf(hasBrowser('the keyboard in a browser'))('the Tab key', () => {
  let stage: Stage;
  let ana: Person;
  let page: Page;
  let conversationId: string;

  beforeAll(async () => {
    stage = await openStage();
    ana = await stage.server.person('ana');
    const ben = await stage.server.person('ben');
    const group = { participantIds: [ben.id], title: 'Flea market' };
    conversationId = (await ana.http.conversations.create.mutate(group)).id;
    await ben.http.messages.send.mutate({ conversationId, content: 'Who comes?' });
    page = await stage.page(ana, { path: talkPath(conversationId), reducedMotion: 'reduce' });
    await message(page, 'Who comes?').waitFor();
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  afterEach(() => stage.check());

  it('leads round every screen', async () => {
    await takesFocus(composer(page));
    expect(await round(page)).toEqual(
      expect.arrayContaining(['New talk', 'Make an offer', 'People and offers', 'Messages', 'Message']),
    );
    await page.goto(stage.server.url);
    await page.getByRole('link', { name: 'Flea market' }).waitFor();
    expect(await round(page)).toEqual(
      expect.arrayContaining(['New talk', 'Account and appearance', 'Start a talk']),
    );
    const stranger = await stage.page(null);
    await stranger.getByLabel('Email').waitFor();
    expect(await round(stranger)).toEqual(expect.arrayContaining(['email', 'password', 'Sign in']));
    await stranger.getByRole('button', { name: 'Create an account' }).click();
    expect(await round(stranger)).toEqual(
      expect.arrayContaining(['email', 'username', 'displayName', 'password', 'Create the account']),
    );
    await stranger.context().close();
  });

  it.each([
    { name: 'New talk', first: 'textbox' },
    { name: 'Make an offer', first: 'textbox' },
    { name: 'People and offers', first: 'button' },
  ] as const)(
    'stays in what $name opens, beginning with the first $first, and Escape leads back to that',
    async ({ name, first }) => {
      await openTalk();
      const opener = page.getByRole('button', { name });
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await takesFocus(dialog.getByRole(first).first());
      const stops = await round(page, dialog);
      expect(stops).toContain('Close');
      expect(stops.length).toBeGreaterThan(2);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await takesFocus(opener);
    },
  );

  it('stays in a question that a dialog asks, and Escape leads back into the dialog', async () => {
    await openTalk();
    await page.getByRole('button', { name: 'People and offers' }).click();
    await takesFocus(page.getByRole('dialog'));
    const opener = page.getByRole('button', { name: 'Leave the group' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const question = page.getByRole('alertdialog');
    await takesFocus(question);
    expect((await round(page, question)).toSorted()).toEqual(['Leave', 'Stay']);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await takesFocus(opener);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('is not needed in a menu, which Escape closes on the way back to its button', async () => {
    await openTalk();
    const opener = page.getByRole('button', { name: 'Account and appearance' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('menu');
    await takesFocus(menu);
    await page.keyboard.press('ArrowUp');
    await dismiss(page, menu);
    await expect.poll(() => hasFocus(opener), SOON).toBe(true);
  });

  async function openTalk(): Promise<void> {
    if (await composer(page).isVisible()) return;
    await page.getByRole('link', { name: 'Flea market' }).click();
    await takesFocus(composer(page));
  }
});

/**
 * Presses Tab until it is where it began.
 *
 * @throws Error where it stays on something, does not come round, or leaves what it should stay in
 * @returns what each stop is named
 */
async function round(page: Page, within?: Locator): Promise<string[]> {
  const place = await (within ?? page.locator('html')).elementHandle();
  const names: string[] = [];
  await page.evaluate(() => Object.assign(globalThis, { stops: [] }));
  for (let step = 0; step < MANY; step += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate((frame) => {
      const { stops } = globalThis as unknown as { stops: Element[] };
      const element = document.activeElement ?? document.body;
      const before = stops.indexOf(element);
      stops.push(element);
      const name = ['aria-label', 'name'].map((field) => element.getAttribute(field)).find(Boolean);
      return {
        before,
        isInside: frame?.contains(element) ?? false,
        name: element === document.body ? null : (name ?? element.textContent.trim()),
      };
    }, place);
    if (!stop.isInside) throw new Error(`Tab has left for ${stop.name} after ${names.join(', ')}`);
    if (stop.before === 0) return names;
    if (stop.before !== -1) throw new Error(`Tab is caught at ${stop.name} after ${names.join(', ')}`);
    if (stop.name !== null) names.push(stop.name);
  }
  throw new Error(`Tab does not come round: ${names.join(', ')}`);
}
