// Unsent messages in a browser's tabs: who sends them, and what becomes of them when tabs end.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { findChromium, openBrowser } from '../harness/browser.ts';
import type { Person } from '../harness/people.ts';
import { Proxy } from '../harness/proxy.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import type { page as PageApi } from './testing/outbox-page.ts';
import { buildPage, type PageFolder } from './testing/page-folder.ts';

declare global {
  var page: typeof PageApi;
}

const executable = findChromium('unsent messages in a browser’s tabs');
const [kind] = databases();
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

describe.runIf(executable !== undefined)('unsent messages in a browser', () => {
  let server: TestServer;
  let folder: PageFolder;
  let browser: Browser;
  let proxy: Proxy;
  let context: BrowserContext;
  let ana: Person;
  let ben: Person;
  let conversationId: string;

  beforeAll(async () => {
    if (executable === undefined) throw new Error('Nothing to run on');
    folder = await buildPage('./outbox-page.ts');
    server = await startServer(kind);
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
    proxy = await Proxy.open(() => [Number(new URL(server.url).port)]);
    // A page that the test serves itself is not of this machine, for Chromium.
    context = await browser.newContext({ permissions: ['local-network-access'] });
    talks += 1;
    const made = await ana.http.conversations.create.mutate({
      participantIds: [ben.id],
      subject: `talk ${talks}`,
    });
    conversationId = made.id;
  });
  afterEach(async () => {
    await context.close();
    await proxy[Symbol.asyncDispose]();
  });

  const origin = () => `http://127.0.0.1:${proxy.port}`;

  /** A tab with the page, which is there without the network; `before` runs in it first. */
  async function open(before?: () => void): Promise<{ page: Page; sends: string[] }> {
    const page = await context.newPage();
    await page.route(
      (url) => !url.pathname.startsWith('/trpc'),
      async (route) => {
        const { pathname } = new URL(route.request().url());
        const file = pathname === '/' ? '/index.html' : pathname;
        const body = await readFile(join(folder.path, file)).catch(() => null);
        if (body === null) await route.fulfill({ status: 404 });
        else await route.fulfill({ body, contentType: TYPES[extname(file)] ?? 'application/octet-stream' });
      },
    );
    await page.addInitScript((session) => {
      if (localStorage.getItem('session') === null) localStorage.setItem('session', session);
    }, JSON.stringify(ana.session));
    if (before !== undefined) await page.addInitScript(before);
    const sends: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        const frame = String(payload);
        if (!frame.includes('"messages.send"')) return;
        for (const [, content] of frame.matchAll(/"content":"([^"]*)"/g)) sends.push(content ?? '');
      }),
    );
    await page.goto(origin());
    await page.waitForFunction(() => 'page' in globalThis);
    return { page, sends };
  }

  /** The same, once the tab is the one that sends: until then what is written there may be sent by two. */
  async function openAndLead() {
    const tab = await open();
    await expect.poll(() => tab.page.evaluate(() => globalThis.page.leads())).toBe(true);
    return tab;
  }

  const write = (page: Page, contents: readonly string[]) =>
    page.evaluate(([id, texts]) => globalThis.page.write(id, texts), [conversationId, contents] as const);
  const send = (page: Page, content: string) =>
    page.evaluate(([id, text]) => globalThis.page.send(id, text), [conversationId, content] as const);
  const kept = (page: Page) => page.evaluate(() => globalThis.page.kept());
  const waiting = (page: Page) => page.evaluate(() => globalThis.page.waiting());
  const posted = async () => {
    const { items } = await ben.http.messages.list.query({ conversationId, limit: 100 });
    return items.map(({ content }) => content).toReversed();
  };
  const texts = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}${at}`);

  it('are sent by one tab for both, in the order of writing, and each tab shows them', async () => {
    const first = await openAndLead();
    await send(first.page, 'before');
    const second = await openAndLead();
    await send(second.page, 'by the second');
    // The tab that was opened last sends, once the first one has heard of it: its answer comes after that.
    expect(await first.page.evaluate(() => globalThis.page.leads())).toBe(false);
    await send(first.page, 'by the first');
    await expect.poll(() => second.sends).toEqual(['by the second', 'by the first']);
    expect(first.sends).toEqual(['before']);

    proxy.weather = { delayMs: 50 };
    const contents = texts('m', 10);
    await write(first.page, contents);
    await expect
      .poll(async () => (await waiting(second.page)).map(({ delivery }) => delivery))
      .toContain('sending');
    await expect.poll(async () => (await waiting(first.page)).length).toBe(0);
    await expect.poll(async () => (await waiting(second.page)).length).toBe(0);
    expect(await posted()).toEqual(['before', 'by the second', 'by the first', ...contents]);
    expect(first.sends).toEqual(['before']);
  });

  it('go on from the next tab when the one that sends dies in the middle of it', async () => {
    const first = await openAndLead();
    const second = await openAndLead();
    await send(second.page, 'before');
    await send(first.page, 'also');
    proxy.weather = { delayMs: 60 };
    const contents = texts('m', 15);
    await write(second.page, contents);
    await expect.poll(() => second.sends.length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(6);
    const devtools = await context.newCDPSession(second.page);
    const crashed = new Promise((resolve) => second.page.once('crash', resolve));
    void devtools.send('Page.crash').catch(() => undefined);
    await crashed;
    await expect.poll(posted, { timeout: 30_000 }).toEqual(['before', 'also', ...contents]);
    await expect.poll(() => first.sends.length).toBeGreaterThan(0);
    await expect.poll(() => waiting(first.page)).toEqual([]);
  });

  it('are there after a reload without a network, and are sent once there is one', async () => {
    const { page } = await open();
    await send(page, 'before');
    // By then the page's database is open, as it is when somebody has been there for a moment.
    await expect.poll(() => kept(page)).toBe(0);
    proxy.weather = { refusing: true };
    proxy.cut();
    const contents = texts('m', 5);
    await write(page, contents);
    await page.reload();
    await page.waitForFunction(() => 'page' in globalThis);
    await expect.poll(async () => (await waiting(page)).map(({ content }) => content)).toEqual(contents);
    await write(page, ['last']);
    proxy.weather = {};
    await expect.poll(posted, { timeout: 30_000 }).toEqual(['before', ...contents, 'last']);
    await expect.poll(() => waiting(page)).toEqual([]);
  });

  it('are sent after all tabs were closed, by the next one', async () => {
    const { page } = await open();
    await send(page, 'before');
    await expect.poll(() => kept(page)).toBe(0);
    proxy.weather = { silent: true };
    const contents = texts('m', 3);
    await write(page, contents);
    await expect.poll(() => kept(page)).toBe(3);
    await page.close();
    proxy.cut();
    proxy.weather = {};
    await open();
    await expect.poll(posted).toEqual(['before', ...contents]);
  });

  it('are sent without a database, as long as the page lives', async () => {
    const { page } = await open(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('Not in this window', 'SecurityError');
      };
    });
    proxy.weather = { refusing: true };
    proxy.cut();
    const contents = texts('m', 3);
    await write(page, contents);
    proxy.weather = {};
    await expect.poll(posted, { timeout: 30_000 }).toEqual(contents);
  });

  it('are posted once each where a browser has no locks, and each tab sends', async () => {
    const withoutLocks = () => Object.defineProperty(navigator, 'locks', { value: undefined });
    const first = await open(withoutLocks);
    const second = await open(withoutLocks);
    await write(first.page, texts('a', 5));
    await write(second.page, texts('b', 5));
    await expect.poll(async () => (await posted()).length).toBe(10);
    const all = await posted();
    expect(all.filter((text) => text.startsWith('a'))).toEqual(texts('a', 5));
    expect(all.filter((text) => text.startsWith('b'))).toEqual(texts('b', 5));
    // A tab that finds the other's in the database sends them too: the server's idempotency keeps each single.
    await expect.poll(() => first.sends).toEqual(expect.arrayContaining(texts('a', 5)));
    await expect.poll(() => second.sends).toEqual(expect.arrayContaining(texts('b', 5)));
  });

  it('wait for the person whose they are', async () => {
    const { page } = await open();
    await send(page, 'before');
    // By then the page's database is open, as it is when somebody has been there for a moment.
    await expect.poll(() => kept(page)).toBe(0);
    proxy.weather = { refusing: true };
    proxy.cut();
    await write(page, ['hers']);
    await page.evaluate((session) => localStorage.setItem('session', session), JSON.stringify(ben.session));
    await page.reload();
    await page.waitForFunction(() => 'page' in globalThis);
    proxy.weather = {};
    await send(page, 'his');
    expect(await waiting(page)).toEqual([]);
    await page.evaluate((session) => localStorage.setItem('session', session), JSON.stringify(ana.session));
    await page.reload();
    await expect.poll(posted).toEqual(['before', 'his', 'hers']);
  });
});
