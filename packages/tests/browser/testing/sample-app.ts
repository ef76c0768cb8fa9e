// The sample app as its pages show it, and what people do there.
import type { BrowserContextOptions, Page } from 'playwright-core';

import { PASSWORD, type Person } from '../../harness/people.ts';
import type { TestServer } from '../../harness/server.ts';
import { openBuiltApp } from './built-app.ts';

export const DESKTOP = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' } as const;
export const TELEPHONE = {
  viewport: { width: 390, height: 844 },
  colorScheme: 'dark',
  hasTouch: true,
  isMobile: true,
} as const;

export interface SampleApp extends AsyncDisposable {
  readonly server: TestServer;
  /** What the pages have complained of. */
  readonly complaints: readonly string[];
  /** The app in a browser of its own, where nobody is signed in. */
  open(options: BrowserContextOptions, path?: string): Promise<Page>;
  /** The app in a browser of its own, as someone sees it. */
  openAs(person: Person, options: BrowserContextOptions, path?: string): Promise<Page>;
}

/** @param executable Chromium's, as `findChromium` gives it */
export async function startSampleApp(executable: string | undefined): Promise<SampleApp> {
  const app = await openBuiltApp(executable, { presenceGraceMs: 50 });
  const { server, browser } = app;
  const complaints: string[] = [];

  async function open(options: BrowserContextOptions, path = '/'): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // Not those of a server that is away.
      if (message.type() === 'error' && !/ERR_|WebSocket|Failed to load/.test(message.text())) {
        complaints.push(message.text());
      }
    });
    await page.goto(server.url + path);
    return page;
  }
  return {
    server,
    complaints,
    open,
    async openAs({ session }, options, path) {
      const page = await open(options, path);
      await page.getByLabel('Email').fill(session.user.email ?? '');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('navigation', { name: 'Talks' }).waitFor({ state: 'attached' });
      return page;
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
export const history = (page: Page) => page.getByRole('group', { name: 'Messages' });
export const bubble = (page: Page, text: string) =>
  page.locator('[data-slot=message]').filter({ hasText: text });
export const message = (page: Page, text: string | RegExp) =>
  page.locator('[data-slot=message-text]').filter({ hasText: text });
export const card = (page: Page, text: string) => page.locator('[data-slot=offer]').filter({ hasText: text });
export const typing = (page: Page, name: string) =>
  page.getByRole('status').filter({ hasText: `${name} is typing` });
export const composer = (page: Page) => page.getByLabel('Message', { exact: true });

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press('Enter');
}

/** Chooses something from the menu of a message. */
export async function act(page: Page, text: string, action: string): Promise<void> {
  await bubble(page, text).hover();
  await bubble(page, text)
    .getByRole('button', { name: /^Actions/ })
    .click();
  await page.getByRole('menuitem', { name: action }).click();
}
