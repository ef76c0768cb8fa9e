// The client's connection in a real page: without a network, hidden, and where no WebSocket passes.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { findChromium, openBrowser } from '../harness/browser.ts';
import type { Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { WebProxy, type Upgrades } from '../harness/web-proxy.ts';
import { buildPage, type PageFolder } from './testing/page-folder.ts';
import type { page as PageApi } from './testing/transport-page.ts';

declare global {
  var transportPage: typeof PageApi;
}

const executable = findChromium('the connection of a page');
const [kind] = databases();
/** A link that is dead is noticed within 3 s where there is reason to look; elsewhere after 20 s at the earliest. */
const SOON = { timeout: 14_000 };

describe.runIf(executable !== undefined)('the connection of a page', () => {
  let server: TestServer;
  let folder: PageFolder;
  let browser: Browser;
  let context: BrowserContext;
  let proxy: WebProxy;
  let ana: Person;
  let ben: Person;
  let conversationId: string;

  beforeAll(async () => {
    if (executable === undefined) throw new Error('Nothing to run on');
    folder = await buildPage('./transport-page.ts');
    server = await startServer(kind, { webDirectory: folder.path, presenceGraceMs: 50 });
    browser = await openBrowser(executable);
    ana = await server.person('ana');
    ben = await server.person('ben');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  let talks = 0;
  beforeEach(async () => {
    context = await browser.newContext();
    const subject = `talk ${(talks += 1)}`;
    const made = await ana.http.conversations.create.mutate({ participantIds: [ben.id], subject });
    conversationId = made.id;
  });
  afterEach(async () => {
    await context.close();
    await proxy[Symbol.asyncDispose]();
  });

  const say = (content: string) => ana.http.messages.send.mutate({ conversationId, content });

  /** Ben's page, in the room. */
  async function open(upgrades: Upgrades): Promise<Page> {
    proxy = await WebProxy.open(server.url, upgrades);
    const page = await context.newPage();
    await page.addInitScript(
      (session) => localStorage.setItem('session', session),
      JSON.stringify(ben.session),
    );
    await page.goto(proxy.url);
    await page.waitForFunction(() => 'transportPage' in globalThis);
    await page.evaluate((id) => transportPage.follow(id), conversationId);
    return page;
  }
  const connection = (page: Page) => page.evaluate(() => transportPage.connection());
  const contents = (page: Page) => page.evaluate(() => transportPage.contents());
  const states = (page: Page) => page.evaluate(() => transportPage.states());

  it('waits while there is no network, and goes on at once when there is one', async () => {
    const page = await open('pass');
    expect(await connection(page)).toBe('ws');
    await context.setOffline(true);
    proxy.cut();
    await expect.poll(() => connection(page), SOON).toBe('offline');
    await say('1');
    const asked = proxy.asked;
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_200)));
    expect([await connection(page), proxy.asked]).toEqual(['offline', asked]);
    await states(page);
    await context.setOffline(false);
    await expect.poll(() => connection(page), SOON).toBe('ws');
    expect(await states(page)).toEqual(['waiting', 'connecting', 'ws']);
    await expect.poll(() => contents(page)).toEqual(['1']);
  });

  it('finds out that the link is dead when it hears that the network is gone', async () => {
    const page = await open('pass');
    proxy.freeze();
    const began = Date.now();
    await context.setOffline(true);
    await expect.poll(() => connection(page), SOON).toBe('offline');
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it('waits while nobody looks, and goes on at once when somebody does', async () => {
    const page = await open('pass');
    await show(page, 'hidden');
    expect(await connection(page)).toBe('ws');
    proxy.cut();
    await expect.poll(() => connection(page), SOON).toBe('hidden');
    await say('1');
    const asked = proxy.asked;
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_200)));
    expect([await connection(page), proxy.asked]).toEqual(['hidden', asked]);
    await states(page);
    await show(page, 'visible');
    await expect.poll(() => connection(page), SOON).toBe('ws');
    expect(await states(page)).toEqual(['waiting', 'connecting', 'ws']);
    await expect.poll(() => contents(page)).toEqual(['1']);
  });

  it.each(['refuse', 'hang', 'reset', 'swallow'] as const)(
    'goes over HTTP where a proxy does this to upgrades: %s, and back',
    async (upgrades) => {
      const page = await open(upgrades);
      expect(await connection(page)).toBe('sse');
      await say('1');
      await page.evaluate((id) => transportPage.send(id, '2'), conversationId);
      await expect.poll(() => contents(page)).toEqual(['1', '2']);
      await states(page);
      proxy.upgrades = 'pass';
      await page.evaluate(() => transportPage.retry());
      await expect.poll(() => connection(page)).toBe('ws');
      expect(await states(page)).toEqual(['ws']);
      await say('3');
      await expect.poll(() => contents(page)).toEqual(['1', '2', '3']);
    },
  );
});

/** A page that Playwright drives is always visible; it says what a page says that is not. */
function show(page: Page, state: DocumentVisibilityState): Promise<void> {
  return page.evaluate((visibilityState) => {
    Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
