// Every screen of the sample app under axe, in light and dark, on a desktop and on a telephone; and by keyboard alone.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findChromium } from '../harness/browser.ts';
import type { Person } from '../harness/people.ts';
import {
  composer,
  DESKTOP,
  heading,
  history,
  message,
  startSampleApp,
  TELEPHONE,
  type SampleApp,
} from './testing/sample-app.ts';

const executable = findChromium('the accessibility of the sample app in a browser');

/** What axe finds: the rule and where. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    interface Finding {
      id: string;
      nodes: { target: unknown[] }[];
    }
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document): Promise<{ violations: Finding[] }> };
    };
    const { violations } = await axe.run(document);
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  });
}

describe.runIf(executable !== undefined)('the accessibility of the sample app', () => {
  let app: SampleApp;
  let ana: Person;
  let ben: Person;

  beforeAll(async () => {
    app = await startSampleApp(executable);
    [ana, ben] = [await app.server.person('ana'), await app.server.person('ben')];
    const chiara = await app.server.person('chiara');
    const { conversations, messages, offers } = ben.http;
    const { id } = await conversations.create.mutate({ participantIds: [ana.id], subject: 'Bike' });
    for (const content of ['Is it still there?', 'See https://example.com', 'Or not?']) {
      await messages.send.mutate({ conversationId: id, content });
    }
    const first = { conversationId: id, title: 'Bike', terms: 'As seen', amount: 18_000, currency: 'EUR' };
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { offer } = await offers.create.mutate({ ...first, expiresAt });
    const counter = { terms: 'With the panniers', amount: 21_000, currency: 'EUR' };
    await ana.http.offers.update.mutate({
      conversationId: id,
      offerId: offer.id,
      status: 'countered',
      counter,
    });
    const group = { participantIds: [ben.id, chiara.id], title: 'Saturday market' };
    const { id: groupId } = await ana.http.conversations.create.mutate(group);
    await chiara.http.messages.send.mutate({ conversationId: groupId, content: 'Who comes?' });
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
  });

  it.each([
    { where: 'a desktop', options: DESKTOP, colorScheme: 'light' },
    { where: 'a desktop', options: DESKTOP, colorScheme: 'dark' },
    { where: 'a telephone', options: TELEPHONE, colorScheme: 'light' },
    { where: 'a telephone', options: TELEPHONE, colorScheme: 'dark' },
  ] as const)(
    'leaves nothing for axe to find on $where in $colorScheme',
    async ({ options, colorScheme }) => {
      // Colours that fade in are none to judge by.
      const calm = { ...options, colorScheme, reducedMotion: 'reduce' } as const;
      const found: Record<string, string[]> = {};
      const lookAt = (page: Page) => async (screen: string) => {
        await page.waitForFunction(() =>
          document.getAnimations().every(({ playState }) => playState !== 'running'),
        );
        const problems = await findings(page);
        if (problems.length > 0) found[screen] = problems;
      };
      const page = await app.open(calm, '/?debug');
      const look = lookAt(page);
      await page.getByRole('button', { name: 'Create an account' }).click();
      await look('register');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await look('sign in');
      await page.getByLabel('Email').fill(ana.session.user.email ?? '');
      await page.getByLabel('Password').fill('not this one');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Wrong email or password').waitFor();
      await look('sign in, refused');
      await page.context().close();

      const signedIn = await app.openAs(ana, calm, '/?debug');
      await walk(signedIn, lookAt(signedIn));
      await signedIn.context().close();
      expect(found).toEqual({});
    },
  );

  /** Opens one screen after the other. */
  async function walk(page: Page, look: (screen: string) => Promise<void>): Promise<void> {
    const open = async (name: string) => {
      const back = page.getByRole('link', { name: 'All talks' });
      if (await back.isVisible()) await back.click();
      await page.getByRole('link', { name }).click();
      await heading(page, name).waitFor();
    };
    await page.getByRole('link', { name: 'Saturday market' }).waitFor();
    await look('talks');
    await page.getByRole('button', { name: 'New talk' }).first().click();
    await page.getByLabel('Who with?').fill('chiara');
    await page.getByRole('button', { name: /chiara/ }).waitFor();
    await look('new talk');
    await page.getByRole('button', { name: 'Make it a group' }).click();
    await page.getByRole('button', { name: /chiara/ }).click();
    await look('new group');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Account and appearance' }).click();
    await page.getByRole('menuitem', { name: 'Sign out everywhere' }).waitFor();
    await look('account');
    await page.keyboard.press('Escape');

    await open(ben.username);
    await message(page, 'Or not?').waitFor();
    await page.getByText('How it came to this').click();
    await look('room');
    await page.getByRole('button', { name: 'Make an offer' }).click();
    await page.getByLabel('Title').waitFor();
    await look('offer');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Actions for the message' }).first().click();
    await page.getByRole('menuitem', { name: 'Reply' }).waitFor();
    await look('actions');
    await page.getByRole('menuitem', { name: 'Reply' }).click();
    await page.getByRole('button', { name: 'Do not reply' }).waitFor();
    await look('reply');

    await open('Saturday market');
    await message(page, 'Who comes?').waitFor();
    await look('group');
    await page.getByRole('button', { name: 'People and offers' }).click();
    await page.getByRole('button', { name: 'Add people' }).click();
    await look('details');
    await page.getByRole('button', { name: 'Leave the group' }).click();
    await page.getByRole('alertdialog').waitFor();
    await look('question');
    await page.goto(`${app.server.url}/talks/nothing`);
    await heading(page, 'Not one of your talks').waitFor();
    await look('no talk');
  }

  it('is worked by keyboard alone, from signing in to a reaction and a counter-offer', async () => {
    const page = await app.open(DESKTOP);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await page.getByLabel('Email').waitFor();
    await press('Tab');
    await page.keyboard.type(ben.session.user.email ?? '');
    await press('Tab');
    await page.keyboard.type('correct horse battery');
    await press('Enter');

    const talk = page.getByRole('link', { name: ana.username });
    await talk.waitFor();
    for (let step = 0; step < 10 && !(await isFocused(talk)); step += 1) await press('Tab');
    await press('Enter');
    await expect.poll(focused).toBe('Message');
    await page.keyboard.type('By keyboard');
    await press('Enter');
    await message(page, 'By keyboard').waitFor();

    await history(page).focus();
    await press('ArrowUp', 'Enter');
    await expect.poll(focused).toBe('Thumbs up');
    await press('ArrowRight');
    await expect.poll(focused).toBe('Heart');
    await press('Enter');
    await page.getByRole('button', { name: /❤️ 1/ }).waitFor();

    await composer(page).focus();
    for (let step = 0; step < 15 && !(await focused()).startsWith('Counter'); step += 1)
      await press('Shift+Tab');
    await press('Enter');
    await page.getByLabel('Amount').waitFor();
    await page.getByLabel('Amount').focus();
    await press('Control+A');
    await page.keyboard.type('200');
    await press('Enter');
    await page.getByText('€200.00').first().waitFor();
    expect(app.complaints).toEqual([]);
  });
});

const isFocused = (of: ReturnType<Page['locator']>) =>
  of.evaluate((element) => element === document.activeElement);
