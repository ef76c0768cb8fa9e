// The sample app as something that one installs: what its manifest promises, and a start without a network.
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { banner, composer, heading, message } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';

interface Manifest {
  icons: { src: string; sizes: string; type: string; purpose?: string }[];
}

describe.runIf(hasBrowser('the app without a network'))('the installed app', () => {
  let stage: Stage;
  let ana: Person;
  let page: Page;
  let session: CDPSession;
  let conversationId: string;

  beforeAll(async () => {
    stage = await openStage();
    ana = await stage.server.person('ana');
    const ben = await stage.server.person('ben');
    conversationId = await stage.talk(ana, ben);
    await ben.http.messages.send.mutate({ conversationId, content: 'Is it still there?' });
    page = await stage.page(ana, { path: talkPath(conversationId), loses: true });
    session = await page.context().newCDPSession(page);
    await message(page, 'Is it still there?').waitFor();
    await page.getByRole('link', { name: 'Matter' }).waitFor();
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  it('meets what Chromium asks of one, and its icons are as large as it says', async () => {
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // The browser of a test keeps no profile.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    const { data, url } = await session.send('Page.getAppManifest');
    const { icons } = JSON.parse(data ?? '') as Manifest;
    const sizes = await page.evaluate(
      async ({ addresses }) =>
        await Promise.all(
          addresses.map(async (address) => {
            const picture = Object.assign(new Image(), { src: address });
            await picture.decode();
            return `${picture.naturalWidth}x${picture.naturalHeight}`;
          }),
        ),
      { addresses: icons.map(({ src }) => new URL(src, url).href) },
    );
    expect(icons.map(({ sizes: said }, at) => (said === 'any' ? sizes[at] : said))).toEqual(sizes);
    expect(icons.filter(({ type }) => type === 'image/png').map(({ sizes: said }) => said)).toEqual(
      expect.arrayContaining(['192x192', '512x512']),
    );
    expect(icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
    stage.check();
  });

  it('opens after its first visit without a network, says so, and shows what was there', async () => {
    const context = page.context();
    // A page that is left for another one has the time to keep what it shows.
    await page.goto(`${stage.server.url}/healthz`);
    await page.close();
    await context.setOffline(true);
    await stage.server.parley.close();
    const [room, list] = [await context.newPage(), await context.newPage()];
    await room.goto(stage.server.url + talkPath(conversationId));
    await banner(room).getByText('You are offline').waitFor();
    await message(room, 'Is it still there?').waitFor();
    expect(await composer(room).isEnabled()).toBe(true);
    // What has not been looked at in the first visit is there too.
    await room.getByRole('button', { name: 'Make an offer' }).click();
    await room.getByLabel('Title').waitFor();

    await list.goto(stage.server.url);
    await banner(list).getByText('You are offline').waitFor();
    await list.getByRole('link', { name: 'Matter' }).waitFor();

    // Another build of the app reads nothing of what this one has kept.
    const other = await context.newPage();
    await other.addInitScript(() => {
      const kept = localStorage.getItem('parley.talks') ?? '';
      localStorage.setItem('parley.talks', kept.replace(/"build":"[^"]+"/, '"build":"/assets/another.js"'));
    });
    await other.goto(stage.server.url);
    await banner(other).getByText('You are offline').waitFor();
    expect(await other.getByRole('link', { name: 'Matter' }).count()).toBe(0);
    await other.close();

    await list.getByRole('button', { name: 'Account and appearance' }).click();
    await list.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await heading(list, 'Sign in').waitFor();
    for (const tab of [room, list]) {
      await tab.reload();
      await heading(tab, 'Sign in').waitFor();
    }
    expect(await list.evaluate(() => Object.keys(localStorage))).toEqual([]);
    stage.check();
  });
});
