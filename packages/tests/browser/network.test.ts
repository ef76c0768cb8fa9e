// The app while the network fails it: nothing that was written is lost or doubled, and the banner tells the truth.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { WebProxy } from '../harness/web-proxy.ts';
import { banner, bubble, composer, heading, message, say } from './testing/sample-app.ts';
import { hasBrowser, kept, openStage, talkPath, texts, type Stage } from './testing/stage.ts';
import { SOON, waitForMark, watchBanner } from './testing/waiting.ts';

const lines = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name} ${at + 1}.`);

describe.runIf(hasBrowser('the sample app without a network'))('the sample app on a bad network', () => {
  let stage: Stage;
  let proxy: WebProxy;
  let ana: Person;
  let ben: Person;
  let hers: Page;
  let his: Page;
  let conversationId: string;

  beforeAll(async () => {
    stage = await openStage();
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
    his = await stage.page(ben, { loses: true });
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    conversationId = await stage.talk(ana, ben);
    proxy = await WebProxy.open(stage.server.url, 'pass');
    hers = await stage.page(ana, { at: proxy.url, path: talkPath(conversationId), loses: true });
    await his.goto(stage.server.url + talkPath(conversationId));
    await Promise.all([composer(hers).waitFor(), composer(his).waitFor()]);
  });
  afterEach(async () => {
    await hers.context().close();
    await proxy[Symbol.asyncDispose]();
    stage.check();
  });

  /** What both see, and what the server has. */
  async function agree(expected: readonly string[], name: string): Promise<void> {
    await expect.poll(() => kept(ana, conversationId, name), SOON).toEqual(expected);
    await expect.poll(() => texts(his, name), SOON).toEqual(expected);
    await expect.poll(() => texts(hers, name), SOON).toEqual(expected);
    await waitForMark(hers, expected.at(-1) ?? '', 'Read');
  }

  it('says that it connects only once that takes a while, and gives it no place before', async () => {
    proxy.upgrades = 'hang';
    const prepare = async ({ clock }: Page) => {
      await clock.install({ time: 0 });
      await clock.pauseAt(1_000);
    };
    const page = await stage.page(ana, { at: proxy.url, path: talkPath(conversationId), prepare });
    // What the page itself waits for: a second and a third at the most.
    const drawn = async () => {
      await page.clock.runFor(20);
      return banner(page).count();
    };
    await expect.poll(drawn, { timeout: 20_000, interval: 300 }).toBe(1);
    expect(await banner(page).evaluate((it) => it.getBoundingClientRect().height)).toBe(0);
    await page.clock.runFor(1_500);
    await banner(page).getByText('Connecting …').waitFor();
    await page.context().close();
  });

  it('sends each message once and in order while connections are cut in the middle of sending', async () => {
    const written = lines(12, 'Cut');
    for (const [at, text] of written.entries()) {
      await say(hers, text);
      if (at % 3 === 1) proxy.cut();
    }
    await agree(written, 'Cut');
    expect(proxy.asked).toBeGreaterThan(1);
  });

  it('says that it is offline, keeps what is written, and sends it once when the network is back', async () => {
    await say(hers, 'Away 0.');
    await waitForMark(hers, 'Away 0.', 'Read');
    await hers.context().setOffline(true);
    proxy.cut();
    await banner(hers).getByText('You are offline').waitFor();
    const written = lines(5, 'Away');
    for (const text of written) await say(hers, text);
    await bubble(hers, 'Away 5.').getByText('Waiting to be sent').waitFor({ state: 'attached' });
    expect(await kept(ana, conversationId, 'Away')).toEqual(['Away 0.']);
    await ben.http.messages.send.mutate({ conversationId, content: 'Meanwhile.' });

    // It is said for three seconds only.
    const shown = await watchBanner(hers);
    await hers.context().setOffline(false);
    await expect
      .poll(shown, SOON)
      .toEqual(expect.arrayContaining([expect.stringContaining('You are connected again')]));
    await agree(['Away 0.', ...written], 'Away');
    await message(hers, 'Meanwhile.').waitFor();
    await banner(hers).getByText('You are connected again').waitFor({ state: 'detached' });
    expect(await banner(hers).innerText()).toBe('');
  });

  it('sends after a reload what was written before it without a network', async () => {
    // Once more, so that the shell that opens the page without a network is there.
    await hers.evaluate(async () => void (await navigator.serviceWorker.ready));
    await hers.reload();
    await composer(hers).waitFor();
    await hers.context().setOffline(true);
    proxy.cut();
    const written = lines(4, 'Kept');
    for (const text of written) await say(hers, text);
    await bubble(hers, 'Kept 4.').getByText('Waiting to be sent').waitFor({ state: 'attached' });
    await expect.poll(() => storedMessages(hers), SOON).toBe(written.length);
    await hers.reload();
    await banner(hers).getByText('You are offline').waitFor();
    expect(await kept(ana, conversationId, 'Kept')).toEqual([]);
    await hers.context().setOffline(false);
    await agree(written, 'Kept');
    await expect.poll(() => storedMessages(hers), SOON).toBe(0);
  });

  it('keeps what is written also where the chunk that does so did not come at first', async () => {
    let asked = 0;
    const prepare = async (page: Page) => {
      // It would have the chunk from elsewhere.
      await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
      await page.route(/indexed-store-/, (route) => ((asked += 1) === 1 ? route.abort() : route.continue()));
    };
    const page = await stage.page(ana, { path: talkPath(conversationId), loses: true, prepare });
    await composer(page).waitFor();
    await say(page, 'Chunk 1.');
    await waitForMark(page, 'Chunk 1.', 'Read');
    await expect.poll(() => asked, SOON).toBe(2);
    // Others have it before its sender knows that they do.
    await expect.poll(() => storedMessages(page), SOON).toBe(0);
    await page.context().setOffline(true);
    await say(page, 'Chunk 2.');
    await expect.poll(() => storedMessages(page), SOON).toBe(1);
    await page.context().close();
  });

  it('loses and doubles nothing when the server is started anew, and says meanwhile that it is away', async () => {
    await say(hers, 'Before 1.');
    await waitForMark(hers, 'Before 1.', 'Read');
    await stage.server.parley.close();
    await banner(hers).getByText('The connection is lost').waitFor();
    await banner(hers)
      .getByText(/Reconnecting in \d+ s/)
      .waitFor();
    await say(hers, 'Before 2.');
    await say(hers, 'Before 3.');
    await bubble(hers, 'Before 3.')
      .getByText(/^(Waiting to be sent|Sending)$/)
      .waitFor({ state: 'attached' });
    await stage.server.restart();
    await agree(['Before 1.', 'Before 2.', 'Before 3.'], 'Before');
    await expect.poll(() => banner(hers).innerText(), SOON).toBe('');
  });

  it('sends at once when one presses “Try now”', async () => {
    proxy.isAway = true;
    proxy.cut();
    await banner(hers).getByText('The connection is lost').waitFor();
    await say(hers, 'Now.');
    // Long enough that it would wait for seconds by itself.
    await expect
      .poll(async () => Number(/in (\d+) s/.exec(await banner(hers).innerText())?.[1] ?? 0), SOON)
      .toBeGreaterThanOrEqual(4);
    proxy.isAway = false;
    await banner(hers).getByRole('button', { name: 'Try now' }).click();
    await agree(['Now.'], 'Now');
  });

  it('shows what the server refused, to be sent again or thrown away', async () => {
    const group = { participantIds: [ana.id], title: 'Flea market' };
    const { id } = await ben.http.conversations.create.mutate(group);
    await hers.getByRole('link', { name: 'Flea market' }).click();
    await heading(hers, 'Flea market').waitFor();
    await composer(hers).waitFor();
    await hers.context().setOffline(true);
    proxy.cut();
    await banner(hers).getByText('You are offline').waitFor();
    for (const text of ['Refused 1.', 'Refused 2.']) await say(hers, text);
    const person = { conversationId: id, userId: ana.id };
    await ben.http.conversations.removeMember.mutate(person);
    let refusals = 0;
    hers.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        refusals += String(payload).match(/"path":"messages\.send"/g)?.length ?? 0;
      }),
    );
    await hers.context().setOffline(false);
    await heading(hers, 'Not one of your talks').waitFor();
    // What is not refused yet would be sent as soon as she is back.
    await expect.poll(() => refusals, SOON).toBe(2);

    await ben.http.conversations.addMembers.mutate({ conversationId: id, userIds: [ana.id] });
    await hers.getByRole('link', { name: 'Flea market' }).click();
    for (const text of ['Refused 1.', 'Refused 2.']) {
      await bubble(hers, text).getByText('Not sent', { exact: true }).waitFor({ state: 'attached' });
    }
    expect(await kept(ben, id, 'Refused')).toEqual([]);
    await bubble(hers, 'Refused 1.').getByRole('button', { name: 'Send again' }).click();
    await waitForMark(hers, 'Refused 1.', 'Delivered');
    await bubble(hers, 'Refused 2.').getByRole('button', { name: 'Discard' }).click();
    await bubble(hers, 'Refused 2.').waitFor({ state: 'detached' });
    expect(await kept(ben, id, 'Refused')).toEqual(['Refused 1.']);
  });
});

describe.runIf(hasBrowser('the sample app without WebSockets'))(
  'the sample app behind a proxy that lets no WebSocket through',
  () => {
    let stage: Stage;
    let ana: Person;
    let ben: Person;

    beforeAll(async () => {
      stage = await openStage();
      [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
    });
    afterAll(async () => {
      await stage?.[Symbol.asyncDispose]();
    });
    afterEach(() => stage.check());

    it.each(['refuse', 'swallow'] as const)('works all the same (%s)', async (upgrades) => {
      const conversationId = await stage.talk(ana, ben);
      await using proxy = await WebProxy.open(stage.server.url, upgrades);
      const path = talkPath(conversationId);
      const hers = await stage.page(ana, { at: proxy.url, path, loses: true });
      const his = await stage.page(ben, { path });
      await Promise.all([composer(hers).waitFor(), composer(his).waitFor()]);

      await Promise.all([
        composer(his).pressSequentially('Over a slower'),
        hers.getByRole('status').filter({ hasText: 'is typing' }).waitFor(),
      ]);
      await say(his, 'Over a slower line?');
      await message(hers, 'Over a slower line?').waitFor();
      await say(hers, 'Over a slower line.');
      await waitForMark(hers, 'Over a slower line.', 'Read');
      await waitForMark(his, 'Over a slower line?', 'Read');
      await expect.poll(() => banner(hers).innerText(), SOON).toBe('');

      await hers.context().setOffline(true);
      proxy.cut();
      await banner(hers).getByText('You are offline').waitFor();
      await say(hers, 'Over and out.');
      await hers.context().setOffline(false);
      await message(his, 'Over and out.').waitFor();
      await waitForMark(hers, 'Over and out.', 'Read');

      await hers.reload();
      await message(hers, 'Over and out.').waitFor();
      const all = ['Over a slower line?', 'Over a slower line.', 'Over and out.'];
      for (const page of [hers, his]) await expect.poll(() => texts(page, 'Over'), SOON).toEqual(all);
      expect(await kept(ana, conversationId, 'Over')).toEqual(all);
      await hers.context().close();
      await his.context().close();
    });
  },
);

/** How many unsent messages this browser keeps. */
async function storedMessages(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    let count = 0;
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.addEventListener('success', () => resolve(opening.result));
        opening.addEventListener('error', () => reject(new Error(`${name} does not open`)));
      });
      for (const store of database.objectStoreNames) {
        const counting = database.transaction(store).objectStore(store).count();
        await new Promise((resolve) => counting.addEventListener('success', resolve));
        count += counting.result;
      }
      database.close();
    }
    return count;
  });
}
