// Who is signed in: for how long, in which tabs and on which devices, and what one is told when it is over.
import type { Page, WebSocket } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { PASSWORD, type Person } from '../harness/people.ts';
import { bubble, composer, heading, message, say } from './testing/sample-app.ts';
import { hasBrowser, kept, openStage, talkPath, texts, type Stage } from './testing/stage.ts';
import { SOON, waitForMark, watchBanner, watchText } from './testing/waiting.ts';

/** Short enough to see several of them end. */
const SHORT_SECONDS = 4;
/** A page renews its token when it has less than a minute left, if it is asked to. */
const LONG_SECONDS = 70;
const NUDGE_MS = 59_000;

describe.runIf(hasBrowser('sessions in a browser'))('a session in a browser', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;
  let conversationId: string;

  beforeAll(async () => {
    stage = await openStage();
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
    conversationId = await stage.talk(ana, ben);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  afterEach(() => stage.check());

  it('begins with an account, after what is wrong with it has been said beside each field', async () => {
    const page = await stage.page(null, { loses: true, path: talkPath(conversationId) });
    await page.getByRole('button', { name: 'Create an account' }).click();
    await heading(page, 'Create an account').waitFor();
    await page.getByLabel('Email').fill(ana.session.user.email ?? '');
    await page.getByLabel('Username').fill('cleo and co');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create the account' }).click();
    const username = page.getByLabel('Username');
    await expect.poll(() => username.getAttribute('aria-invalid'), SOON).toBe('true');
    await username.fill('cleo');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByText(/email.*(taken|registered|account)/i).waitFor();
    await page.getByLabel('Email').fill('cleo@parley.test');
    await page.getByRole('button', { name: 'Create the account' }).click();
    // The address was someone else's talk.
    await heading(page, 'Not one of your talks').waitFor();
    expect(await page.evaluate(() => localStorage.getItem('parley.session'))).toContain('"cleo"');
    await page.context().close();
  });

  it('ends in every tab when one signs out in one of them, and begins in every tab again', async () => {
    const one = await stage.page(ana, { path: talkPath(conversationId) });
    const other = await stage.tab(one, talkPath(conversationId));
    await Promise.all([composer(one).waitFor(), composer(other).waitFor()]);
    await choose(one, 'Sign out');
    for (const page of [one, other]) await heading(page, 'Sign in').waitFor();
    expect(await other.evaluate(() => localStorage.length)).toBe(0);
    await signIn(other, ana);
    for (const page of [one, other]) await page.getByRole('link', { name: ben.username }).first().waitFor();
    await one.context().close();
  });

  it('shows in every tab what is written in one, sent once and in order by whichever', async () => {
    const one = await stage.page(ana, { path: talkPath(conversationId), loses: true });
    const other = await stage.tab(one, talkPath(conversationId));
    const his = await stage.page(ben, { path: talkPath(conversationId) });
    await Promise.all([one, other, his].map((page) => composer(page).waitFor()));
    await one.context().setOffline(true);
    await say(one, 'Tab 1.');
    await message(other, 'Tab 1.').waitFor();
    await say(other, 'Tab 2.');
    await message(one, 'Tab 2.').waitFor();
    await say(one, 'Tab 3.');
    await message(other, 'Tab 3.').waitFor();
    const written = ['Tab 1.', 'Tab 2.', 'Tab 3.'];
    await one.context().setOffline(false);
    for (const page of [one, other, his]) await expect.poll(() => texts(page, 'Tab'), SOON).toEqual(written);
    await expect.poll(() => kept(ana, conversationId, 'Tab'), SOON).toEqual(written);
    for (const page of [one, other]) {
      for (const text of written) await waitForMark(page, text, 'Read');
    }
    expect(await bubble(other, 'Tab 1.').count()).toBe(1);
    await one.context().close();
    await his.context().close();
  });

  it('ends on every device when one signs out everywhere, and the others are told', async () => {
    const here = await stage.page(ana, { loses: true });
    const there = await stage.page(ana, { path: talkPath(conversationId), loses: true });
    await composer(there).waitFor();
    // Its own connection hears of it before the answer.
    await here.route('**/auth.logoutEverywhere*', async (route) => {
      const response = await route.fetch();
      await heading(here, 'Sign in').waitFor();
      await route.fulfill({ response });
    });
    const isTold = await watchText(here, 'Your session has ended');
    const answered = here.waitForResponse('**/auth.logoutEverywhere*');
    await choose(here, 'Sign out everywhere');
    await answered;
    await heading(here, 'Sign in').waitFor();
    await there.getByText('Your session has ended. Please sign in again.').waitFor();
    await heading(there, 'Sign in').waitFor();
    expect(await there.evaluate(() => localStorage.getItem('parley.session'))).toBeNull();
    await signIn(there, ana);
    await composer(there).waitFor();
    expect(await isTold()).toBe(false);
    await here.context().close();
    await there.context().close();
  });

  it('ends at once when the person is shut out', async () => {
    const dan = await stage.server.person('dan');
    const page = await stage.page(dan, { loses: true });
    await page.getByText('No talks yet').waitFor();
    await stage.server.parley.disableUser(dan.id);
    await page.getByText('Your session has ended. Please sign in again.').waitFor();
    await page.getByLabel('Email').fill(dan.session.user.email ?? '');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(/wrong email or password|disabled|shut out/i).waitFor();
    expect(await heading(page, 'Sign in').count()).toBe(1);
    await page.context().close();
  });
});

describe.runIf(hasBrowser('renewals in a browser'))('the token of a session', () => {
  it('is renewed without anyone noticing', async () => {
    const edgeLimits = { nudgeMs: NUDGE_MS, nudgeLifeMs: NUDGE_MS };
    await using stage = await openStage({ accessTokenSeconds: LONG_SECONDS, edgeLimits });
    const { ana, ben, conversationId } = await pair(stage);
    const page = await stage.page(ana, { path: talkPath(conversationId) });
    const sockets: WebSocket[] = [];
    page.on('websocket', (socket) => sockets.push(socket));
    await composer(page).waitFor();
    const shown = await watchBanner(page);
    const first = await token(page);
    await expect.poll(() => token(page), { ...SOON, timeout: 40_000 }).not.toBe(first);
    // The page has moved to a connection that has come with the new token.
    await expect.poll(() => sockets.some((socket) => !socket.isClosed()), SOON).toBe(true);
    await say(page, 'On and on.');
    await waitForMark(page, 'On and on.', 'Sent');
    expect(await kept(ben, conversationId, 'On')).toEqual(['On and on.']);
    expect(await shown()).toEqual([]);
    stage.check();
  });

  describe('that lives for some seconds', () => {
    let stage: Stage;
    let page: Page;

    beforeAll(async () => {
      stage = await openStage({ accessTokenSeconds: SHORT_SECONDS });
      const { ana, conversationId } = await pair(stage);
      page = await stage.page(ana, { path: talkPath(conversationId), loses: true });
      await composer(page).waitFor();
    });
    afterAll(async () => {
      await stage?.[Symbol.asyncDispose]();
    });
    afterEach(() => stage.check());

    it('is renewed after the computer has slept for longer', async () => {
      await page.context().setOffline(true);
      const before = await token(page);
      await expect.poll(() => timeLeft(page), SOON).toBeLessThan(0);
      await say(page, 'After a nap.');
      await page.context().setOffline(false);
      await waitForMark(page, 'After a nap.', 'Sent');
      expect(await token(page)).not.toBe(before);
      expect(await heading(page, 'Sign in').count()).toBe(0);
    });

    it('is renewed once for all tabs, each time', async () => {
      const shown: string[] = [];
      const answers: number[] = [];
      page.context().on('response', (answer) => {
        if (!answer.url().includes('auth.refresh')) return;
        shown.push(answer.request().postData() ?? '');
        answers.push(answer.status());
      });
      const path = new URL(page.url()).pathname;
      const others = await Promise.all([stage.tab(page, path), stage.tab(page, path)]);
      const tokens = new Set<string>();
      await expect
        .poll(async () => tokens.add(await token(page)).size, { timeout: 60_000, interval: 50 })
        .toBe(5);
      expect(new Set(shown).size).toBe(shown.length);
      expect(new Set(answers)).toEqual(new Set([200]));
      for (const tab of [page, ...others]) await composer(tab).waitFor();
      await Promise.all(others.map((tab) => tab.close()));
    });
  });
});

async function pair(stage: Stage) {
  const ana = await stage.server.person('ana');
  const ben = await stage.server.person('ben');
  return { ana, ben, conversationId: await stage.talk(ana, ben) };
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Account and appearance' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel('Email').fill(person.session.user.email ?? '');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const token = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { accessToken } = JSON.parse(localStorage.getItem('parley.session') ?? '{}') as {
      accessToken?: string;
    };
    return accessToken ?? '';
  });

/** How much longer the access token is good for, in milliseconds. */
const timeLeft = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { accessTokenExpiresAt } = JSON.parse(localStorage.getItem('parley.session') ?? '{}') as {
      accessTokenExpiresAt: string;
    };
    return Date.parse(accessTokenExpiresAt) - Date.now();
  });
