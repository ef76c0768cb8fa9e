// Two people with the sample app in two browsers, one of them a telephone.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { callOverHttp, PASSWORD } from '../harness/people.ts';
import { card, composer, heading, history, message, say, TELEPHONE, typing } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { SOON, waitForMark } from './testing/waiting.ts';

const EMAIL = 'ana@parley.test';

describe.runIf(hasBrowser('the sample app in a browser'))('the sample app', () => {
  let stage: Stage;
  let ana: Page;
  let ben: Page;

  beforeAll(async () => {
    stage = await openStage();
    // The server goes away in one of the tests, and in another the password is not the right one.
    ana = await stage.page(null, { loses: true });
    ben = await stage.page(null, { ...TELEPHONE, loses: true });
    await Promise.all([register(ana, 'ana', 'Ana Moreira'), register(ben, 'ben', 'Ben Okafor')]);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  afterEach(() => stage.check());

  it('starts a talk with a person who was searched for, and shows who is online', async () => {
    await ana.getByRole('button', { name: 'New talk' }).first().click();
    await ana.getByLabel('Who with?').fill('oka');
    await ana.getByLabel('What is it about?').fill('Blue touring bike');
    await ana.getByRole('button', { name: 'Ben Okafor' }).click();
    await heading(ana, 'Ben Okafor').waitFor();
    await ana.getByText('Online', { exact: true }).last().waitFor();

    await ben.getByRole('link', { name: 'Ana Moreira' }).click();
    await heading(ben, 'Ana Moreira').waitFor();
    expect(new URL(ben.url()).pathname).toBe(new URL(ana.url()).pathname);
  });

  it('shows that the other is typing, what they wrote, and that it was read', async () => {
    const text = 'Is it still there?\nSee https://example.com/bike_(blue), <b>please</b>';
    await Promise.all([type(ana, text), typing(ben, 'Ana Moreira').waitFor()]);
    await ana.keyboard.press('Enter');

    await message(ben, text).waitFor();
    await typing(ben, 'Ana Moreira').waitFor({ state: 'detached' });
    const link = message(ben, text).getByRole('link');
    expect(await link.getAttribute('href')).toBe('https://example.com/bike_(blue)');
    expect(await link.getAttribute('rel')).toContain('noopener');
    await waitForMark(ana, text, 'Read');
  });

  it('counts what was not read yet, and forgets it when it has been', async () => {
    await ben.getByRole('link', { name: 'All talks' }).click();
    await say(ana, 'Hello?');
    await say(ana, 'Anyone?');
    const row = ben.getByRole('link', { name: 'Ana Moreira' });
    await row.filter({ hasText: '2 unread' }).filter({ hasText: 'Anyone?' }).waitFor();
    await waitForMark(ana, 'Anyone?', 'Delivered');

    await row.click();
    await waitForMark(ana, 'Anyone?', 'Read');
    await ben.getByRole('link', { name: 'All talks' }).click();
    await row.waitFor();
    await expect.poll(() => row.innerText()).not.toContain('unread');
    await row.click();
  });

  it('takes an offer through a counter-offer to an agreement', async () => {
    await ana.getByRole('button', { name: 'Make an offer' }).click();
    await ana.getByLabel('Title').fill('Blue touring bike');
    await ana.getByLabel('Terms').fill('Fetched today');
    await ana.getByLabel('Amount').fill('210.50');
    await ana.getByRole('button', { name: 'Make the offer' }).click();
    await card(ben, '€210.50').getByText('Open', { exact: true }).waitFor();
    await expect
      .poll(() => card(ana, '€210.50').getByRole('button').allInnerTexts(), SOON)
      .toEqual(['Withdraw']);

    await card(ben, '€210.50').getByRole('button', { name: 'Counter' }).click();
    await ben.getByLabel('Amount').fill('180,5 0 1');
    await ben.getByRole('button', { name: 'Send the counter-offer' }).click();
    await ben.getByText('Not an amount').waitFor();
    await ben.getByLabel('Amount').fill('180,50');
    await ben.getByRole('button', { name: 'Send the counter-offer' }).click();
    await card(ana, '€210.50').getByText('Countered', { exact: true }).waitFor();

    await card(ana, '€180.50').getByRole('button', { name: 'Accept' }).click();
    await card(ben, '€180.50').getByText('Accepted', { exact: true }).waitFor();
    await ben.getByRole('button', { name: 'Ana Moreira accepted “Blue touring bike”' }).waitFor();

    await card(ben, '€180.50').getByRole('button', { name: 'Mark as completed' }).click();
    await card(ana, '€180.50').getByText('Ben Okafor says that it is completed').waitFor();
    await card(ana, '€180.50').getByRole('button', { name: 'Mark as completed' }).click();
    for (const page of [ana, ben]) {
      await card(page, '€180.50').getByText('Completed', { exact: true }).waitFor();
      expect(await card(page, '€180.50').getByRole('button').count()).toBe(0);
    }
  });

  it('keeps the session and the talk through a reload', async () => {
    await ana.reload();
    await heading(ana, 'Ben Okafor').waitFor();
    await message(ana, 'Anyone?').waitFor();
    await card(ana, '€180.50').waitFor();
    expect(await card(ana, '€180.50').count()).toBe(1);
  });

  it('says that the connection is lost, and sends once what was written meanwhile', async () => {
    await stage.server.parley.close();
    await ana.getByText('The connection is lost').waitFor();
    await say(ana, 'Written while the server was away');
    await stage.server.restart();
    await message(ben, 'Written while the server was away').waitFor();
    await waitForMark(ana, 'Written while the server was away', 'Read');
    await ana.getByText('The connection is lost').waitFor({ state: 'detached' });
    expect(await message(ana, 'Written while the server was away').count()).toBe(1);
    expect(await message(ben, 'Written while the server was away').count()).toBe(1);
  });

  it('shows older messages as one scrolls up, and stays where one is reading', async () => {
    const conversationId = new URL(ana.url()).pathname.split('/').at(-1) ?? '';
    const credentials = { email: EMAIL, password: PASSWORD };
    const { user } = await callOverHttp(stage.server.url).auth.login.mutate(credentials);
    const lines = Array.from({ length: 50 }, (_, line) => ({ userId: user.id, content: `Line ${line}.` }));
    await Promise.all([ana.goto('about:blank'), ben.goto('about:blank')]);
    await stage.fill(conversationId, lines);
    await Promise.all([ana, ben].map((page) => page.goto(stage.server.url + talkPath(conversationId))));
    await message(ben, 'Line 49.').waitFor();
    expect(await message(ben, 'Is it still there?').count()).toBe(0);

    await scrollUpTo(ben, 'Line 0.');
    await scrollUpTo(ben, 'Is it still there?');

    await say(ana, 'One more');
    await ben.getByRole('button', { name: 'New messages' }).click();
    await message(ben, 'One more').waitFor();
    await waitForMark(ana, 'One more', 'Read');
  });

  it('fits on its screen', async () => {
    for (const page of [ana, ben]) {
      const [content, screen] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(content).toBe(screen);
    }
  });

  it('forgets the session when one signs out', async () => {
    await ana.getByRole('button', { name: 'Account and appearance' }).click();
    await ana.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await heading(ana, 'Sign in').waitFor();
    await ana.reload();
    await heading(ana, 'Sign in').waitFor();
    expect(await ana.evaluate(() => localStorage.length)).toBe(0);

    await ana.getByLabel('Email').fill(EMAIL);
    await ana.getByLabel('Password').fill('not this one');
    await ana.getByRole('button', { name: 'Sign in' }).click();
    await ana.getByText('Wrong email or password').waitFor();
    await ana.getByLabel('Password').fill(PASSWORD);
    await ana.getByRole('button', { name: 'Sign in' }).click();
    await ana.getByRole('link', { name: 'Ben Okafor' }).waitFor();
  });
});

async function register(page: Page, name: string, displayName: string): Promise<void> {
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByLabel('Email').fill(`${name}@parley.test`);
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('Name (optional)').fill(displayName);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByText('No talks yet').waitFor();
}

/** Lines are broken as people do it: Enter would send. */
async function type(page: Page, text: string): Promise<void> {
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) await composer(page).press('Shift+Enter');
    await composer(page).pressSequentially(line);
  }
}

/** By the wheel, as a person does: one who has just opened a talk is taken to its end until they turn it. */
async function scrollUpTo(page: Page, text: string): Promise<void> {
  await history(page).hover();
  const isThere = async () => {
    if (await message(page, text).isVisible()) return true;
    // By less than what is in view, and drawn before the next turn: nothing is passed over.
    await page.mouse.wheel(0, -400);
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    return false;
  };
  await expect.poll(isThere, SOON).toBe(true);
}
