// Every screen of the sample app under axe, in light and dark, on a desktop and on a telephone; and by keyboard alone.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { composer, DESKTOP, heading, history, message, TELEPHONE } from './testing/sample-app.ts';
import { hasBrowser, openStage, type Stage } from './testing/stage.ts';
import { atRest, takesFocus, waitForMark } from './testing/waiting.ts';

/** What axe finds: the rule and where. */
async function findings(page: Page, of: 'everything' | 'colours'): Promise<string[]> {
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(axe.source);
  return await page.evaluate(async (isAll) => {
    interface Finding {
      id: string;
      nodes: { target: unknown[] }[];
    }
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document, options: object): Promise<{ violations: Finding[] }> };
    };
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      preload: false,
      ...(!isAll && { runOnly: ['color-contrast', 'link-in-text-block'] }),
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  }, of === 'everything');
}

describe.runIf(hasBrowser('accessibility in a browser'))('the accessibility of the sample app', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;

  beforeAll(async () => {
    stage = await openStage();
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
    const chiara = await stage.server.person('chiara');
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
    await stage?.[Symbol.asyncDispose]();
  });
  afterEach(() => stage.check());

  it.each([
    { where: 'a desktop', options: DESKTOP },
    { where: 'a telephone', options: TELEPHONE },
  ])(
    'leaves nothing for axe to find on $where, in light and in dark',
    { timeout: 240_000 },
    async ({ options }) => {
      // Colours that fade in are none to judge by.
      const calm = { ...options, reducedMotion: 'reduce', path: '/?debug', loses: true } as const;
      const found: Record<string, string[]> = {};
      const lookAt = (page: Page) => async (screen: string) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.waitForFunction(() =>
            document.getAnimations().every(({ playState }) => playState !== 'running'),
          );
          // All but the colours is the same in both.
          const problems = await findings(page, colorScheme === 'light' ? 'everything' : 'colours');
          if (problems.length > 0) found[`${screen}, ${colorScheme}`] = problems;
        }
      };
      const page = await stage.page(null, calm);
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

      const signedIn = await stage.page(ana, calm);
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
    await page.goto(`${stage.server.url}/talks/nothing`);
    await heading(page, 'Not one of your talks').waitFor();
    await look('no talk');
  }

  it('is worked by keyboard alone, from signing in to a reaction and a counter-offer', async () => {
    const page = await stage.page(null);
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
    // One that the server does not have yet offers nothing to do.
    await waitForMark(page, 'By keyboard', 'Sent');

    // The arrow leads to the last row that can be seen as a whole.
    await atRest(page);
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
    await takesFocus(page.getByRole('dialog'));
    await page.getByLabel('Amount').focus();
    await press('Control+A');
    await page.keyboard.type('200');
    await press('Enter');
    await page.getByText('€200.00').first().waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

const isFocused = (of: ReturnType<Page['locator']>) =>
  of.evaluate((element) => element === document.activeElement);
