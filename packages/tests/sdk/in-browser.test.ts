// The server in memory where there is no Node.js: what an app's tests in a browser run.
import type { Browser } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findChromium, openBrowser } from '../harness/browser.ts';

const chromium = findChromium('the server in memory in a browser');

/** Runs in the page. */
const ENTRY = `
import { createTestServer } from '@parley/client/testing';

globalThis.talk = async () => {
  const server = createTestServer({ users: ['ana', 'ben'] });
  const { id } = server.conversation({ participants: ['ana', 'ben'], messages: 3 });
  const ana = server.client('ana');
  const room = ana.conversation(id);
  await room.load();
  const told = new Promise((resolve) => room.on('message', ({ content }) => resolve(content)));
  await server.as('ben').messages.send({ conversationId: id, content: 'from Ben' });
  const heard = await told;
  server.faults.drop({ answers: 'messages.send' });
  const { content } = await room.send('from Ana');
  const { items } = await server.as('ben').messages.list({ conversationId: id });
  await server.close();
  return { heard, content, count: items.length };
};
`;

describe.runIf(chromium)('the server in memory', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromium!);
  });
  afterAll(() => browser.close());

  it('runs in a browser, with real clients', async () => {
    const bundle = await rolldown({
      input: 'entry',
      platform: 'browser',
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => (id === 'entry' ? `${import.meta.dirname}/entry.js` : null),
          load: (id) => (id.endsWith('/entry.js') ? ENTRY : null),
        },
      ],
    });
    const { output } = await bundle.generate({ format: 'iife', codeSplitting: false });
    await bundle.close();
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto('data:text/html,<title>A page</title>');
    await page.addScriptTag({ content: output[0].code });
    const outcome = await page.evaluate(() =>
      (globalThis as unknown as { talk: () => Promise<unknown> }).talk(),
    );
    expect(outcome).toEqual({ heard: 'from Ben', content: 'from Ana', count: 5 });
    expect(errors).toEqual([]);
  });
});
