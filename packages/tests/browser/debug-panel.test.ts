// What `?debug` shows of the connection, while it is well, lost and back.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { WebProxy } from '../harness/web-proxy.ts';
import { composer, message, say } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { SOON } from './testing/waiting.ts';

describe.runIf(hasBrowser('the debug panel in a browser'))('the debug panel', () => {
  let stage: Stage;
  let proxy: WebProxy;
  let ana: Person;
  let ben: Person;
  let page: Page;
  let conversationId: string;

  beforeAll(async () => {
    stage = await openStage();
    proxy = await WebProxy.open(stage.server.url, 'pass');
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
    conversationId = await stage.talk(ana, ben);
    page = await stage.page(ana, {
      at: proxy.url,
      path: `${talkPath(conversationId)}?debug`,
      loses: true,
    });
    await composer(page).waitFor();
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });

  const panel = () => page.getByRole('complementary', { name: 'Debug' });
  /** What stands beside a name. */
  const fact = async (name: string) =>
    await panel()
      .locator('dt', { hasText: new RegExp(`^${name}$`) })
      .locator('+ dd')
      .innerText();
  const count = async (name: string) => Number.parseInt(await fact(name), 10);
  const lastEvents = () => panel().getByRole('list', { name: 'Last events' });

  it('shows the state, where the room is, and each event as it comes', async () => {
    await expect.poll(() => fact('state'), SOON).toBe('open');
    expect(await fact('transport')).toBe('ws');
    await expect.poll(() => fact('cursor, room'), SOON).toMatch(/^\d+$/);
    const [cursor, events] = [await count('cursor, room'), await count('events, room')];
    await ben.http.messages.send.mutate({ conversationId, content: 'Hello' });
    await message(page, 'Hello').waitFor();
    await lastEvents().getByText('message', { exact: true }).first().waitFor();
    await expect.poll(() => count('cursor, room'), SOON).toBeGreaterThan(cursor);
    await expect.poll(() => count('events, room'), SOON).toBeGreaterThan(events);
    stage.check();
  });

  it('measures how long a call takes, anew each time', async () => {
    const measure = panel().getByRole('button', { name: 'Measure the latency' });
    expect(await fact('latency')).toBe('–');
    await measure.click();
    await expect.poll(() => fact('latency'), SOON).toMatch(/^\d+ ms$/);
    const seen = new Set<string>();
    await expect
      .poll(async () => {
        await measure.click();
        return seen.add(await fact('latency')).size;
      }, SOON)
      .toBeGreaterThan(1);
  });

  it('tells that the line is lost and what waits, and counts what it was told again when it is back', async () => {
    const [resumed, replayed] = [await count('room resumed'), await count('events replayed')];
    await page.context().setOffline(true);
    proxy.cut();
    await expect.poll(() => fact('state'), SOON).toBe('suspended');
    expect(await fact('reason')).toBe('offline');
    for (const content of ['Missed 1', 'Missed 2']) {
      await ben.http.messages.send.mutate({ conversationId, content });
    }
    await say(page, 'Waiting');
    await expect.poll(() => fact('outbox'), SOON).toBe('1');
    await page.context().setOffline(false);
    await message(page, 'Missed 2').waitFor();
    await expect.poll(() => fact('state'), SOON).toBe('open');
    await expect.poll(() => fact('outbox'), SOON).toBe('0');
    await expect.poll(() => count('room resumed'), SOON).toBe(resumed + 1);
    await expect.poll(() => count('events replayed'), SOON).toBeGreaterThanOrEqual(replayed + 2);
    stage.check();
  });

  it('is not there without being asked for', async () => {
    await panel().getByRole('button', { name: 'Hide' }).click();
    expect(await lastEvents().count()).toBe(0);
    await page.goto(new URL(talkPath(conversationId), page.url()).href);
    await composer(page).waitFor();
    expect(await panel().count()).toBe(0);
  });
});
