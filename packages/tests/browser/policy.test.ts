// The built app under the policy that the server gives its pages: it breaks none of it, and what is smuggled in does.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PASSWORD } from '../harness/people.ts';
import { hasBrowser, openStage, type Stage } from './testing/stage.ts';
import { dismiss } from './testing/waiting.ts';

describe.runIf(hasBrowser('the policy of pages in a browser'))('the policy of the sample app', () => {
  let stage: Stage;
  let page: Page;
  /** Directives that were broken, with what broke them. */
  const broken: string[] = [];

  beforeAll(async () => {
    stage = await openStage();
    const { server } = stage;
    const [ana, ben] = [await server.person('ana'), await server.person('ben')];
    const { id } = await ana.http.conversations.create.mutate({ participantIds: [ben.id] });
    await ben.http.messages.send.mutate({ conversationId: id, content: 'Is it still there?' });
    await ben.http.offers.create.mutate({ conversationId: id, title: 'Bike', terms: 'As seen' });
    page = await (await stage.browser.newContext()).newPage();
    page.setDefaultTimeout(15_000);
    await page.exposeFunction('noteViolation', (text: string) => broken.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const { effectiveDirective, blockedURI, sourceFile, sample } = event;
        const { noteViolation } = globalThis as unknown as { noteViolation: (text: string) => void };
        noteViolation([effectiveDirective, blockedURI, sourceFile, sample].join(' '));
      });
    });
    await page.goto(server.url);
    await page.getByLabel('Email').fill(ana.session.user.email ?? '');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: ben.username }).click();
    await page.getByText('Is it still there?').last().waitFor();
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  it('is kept by its dialogs, menus and history', async () => {
    await page.getByRole('button', { name: 'Make an offer' }).click();
    await page.getByLabel('Title').waitFor();
    await dismiss(page, page.getByRole('dialog'));
    await page.getByRole('button', { name: 'Counter' }).click();
    await page.getByLabel('Terms').waitFor();
    await dismiss(page, page.getByRole('dialog'));
    await page.getByText('Is it still there?').last().hover();
    const menus = page.getByRole('menu');
    const buttons = await page.locator('[aria-haspopup="menu"]:visible').all();
    expect(buttons.length).toBeGreaterThan(1);
    for (const button of buttons) {
      await button.click();
      await dismiss(page, menus);
    }
    expect(broken).toEqual([]);
  });

  it('lets its worker and its manifest be what they are', async () => {
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(scope).toBe(`${stage.server.url}/`);
    const session = await page.context().newCDPSession(page);
    const manifest = await session.send('Page.getAppManifest');
    expect(manifest.errors).toEqual([]);
    expect(JSON.parse(manifest.data ?? '')).toMatchObject({ start_url: '/', display: 'standalone' });
    expect(broken).toEqual([]);
  });

  it('stops scripts, styles, frames and calls that were smuggled in', async () => {
    const ran = await page.evaluate(async () => {
      const add = (name: string, fields: Record<string, string>) =>
        document.body.append(Object.assign(document.createElement(name), fields));
      add('script', { textContent: 'globalThis.smuggled = true' });
      add('style', { textContent: 'body { opacity: 0.5 }' });
      document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="globalThis.smuggled = true">');
      add('iframe', { src: 'https://evil.test/' });
      const called = await fetch('https://evil.test/').then(
        () => true,
        () => false,
      );
      return [(globalThis as { smuggled?: true }).smuggled ?? false, called];
    });
    expect(ran).toEqual([false, false]);
    expect(await page.evaluate(() => getComputedStyle(document.body).opacity)).toBe('1');
    const directives = () => new Set(broken.map((text) => text.split(' ')[0]));
    await expect
      .poll(directives)
      .toEqual(new Set(['connect-src', 'frame-src', 'script-src-attr', 'script-src-elem', 'style-src-elem']));
  });
});
