/**
 * pnpm screenshots: the main screens of the sample app on the demo's data, into docs/screenshots. Time stands still for
 * them, at the same hour each time; the colours of people follow from their ids, which are others each time.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { createParley, type Parley } from '@parley/server';
import type { BrowserContextOptions, Page } from 'playwright-core';

import { embeddedDatabase } from '../../server/src/core/database-embedded.ts';
import { migrate } from '../../server/src/core/migrate.ts';
import { PGlite } from '../../server/src/core/pglite.mjs';
import { DEMO_PASSWORD, DEMO_PEOPLE, type DemoName } from '../../server/src/demo/people.ts';
import { seedDemo } from '../../server/src/demo/seed.ts';
import { CHEAP_PASSWORD_COST } from '../../server/src/domains/auth/passwords.ts';
import { findChromium, openBrowser } from '../harness/browser.ts';
import { callOverHttp } from '../harness/people.ts';
import { toPalette } from './testing/palette-png.ts';

/** In the future: what has run out then is still open for the server. */
const NOW = Date.UTC(2030, 2, 12, 14, 32);
const DAY_SECONDS = 86_400;
const LONGEST_BYTES = 200_000;

const directory = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
const webDirectory = fileURLToPath(new URL('../../../apps/web/dist', import.meta.url));

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const TELEPHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

await using database = await embeddedDatabase(await PGlite.create({}));
await migrate(database);
await using parley = await createParley({
  database,
  jwtSecret: randomBytes(32).toString('hex'),
  logLevel: 'silent',
  passwordCost: CHEAP_PASSWORD_COST,
  // Good until then, and longer.
  accessTokenSeconds: (NOW - Date.now()) / 1_000 + 365 * DAY_SECONDS,
  webDirectory,
});
const { url } = await parley.listen({ port: 0, host: '127.0.0.1' });
await seedDemo(parley.services);
await moveTime(parley, NOW - Date.now());

const executable = findChromium('the pictures of the sample app');
if (executable === undefined) throw new Error('Without Chromium there are no pictures');
const browser = await openBrowser(executable);
await mkdir(directory, { recursive: true });
try {
  const bens = await open('ben', { ...TELEPHONE, colorScheme: 'light' });
  const anas = await open('ana', { ...DESKTOP, colorScheme: 'light' });
  await openTalk(anas, 'Blue touring bike');
  await take(anas, 'desktop-light');
  await anas.emulateMedia({ colorScheme: 'dark' });
  await openTalk(anas, 'Saturday market');
  await take(anas, 'desktop-dark');

  await openTalk(bens, 'Saturday market');
  await take(bens, 'phone-room');
  await bens.getByRole('link', { name: 'All talks' }).click();
  await openTalk(bens, 'Blue touring bike');
  await bens.getByText('How it came to this').last().click();
  await take(bens, 'phone-offer');
} finally {
  await browser.close();
}

/** Moves everything that the database has dated. */
async function moveTime({ services: { db } }: Parley, byMs: number): Promise<void> {
  const columns = await db.$queryRaw<{ table: string; column: string }[]>`
    SELECT table_name AS table, column_name AS column FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' AND table_name NOT LIKE '\\_%'`;
  for (const { table, column } of columns) {
    await db.$executeRawUnsafe(
      `UPDATE "${table}" SET "${column}" = "${column}" + make_interval(secs => ${byMs / 1_000})`,
    );
  }
}

async function open(name: DemoName, options: BrowserContextOptions): Promise<Page> {
  const { email } = DEMO_PEOPLE[name];
  const session = await callOverHttp(url).auth.login.mutate({ email, password: DEMO_PASSWORD });
  const kept = { name: 'parley.session', value: JSON.stringify(session) };
  const context = await browser.newContext({
    ...options,
    deviceScaleFactor: 2,
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    reducedMotion: 'reduce',
    storageState: { cookies: [], origins: [{ origin: url, localStorage: [kept] }] },
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  await page.goto(url);
  return page;
}

async function openTalk(page: Page, about: string): Promise<void> {
  await page.getByRole('link').filter({ hasText: about }).first().click();
  await page.locator('[data-slot=message]').first().waitFor();
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    (document.activeElement as HTMLElement | null)?.blur();
  });
  await page.waitForLoadState('networkidle');
  const picture = toPalette(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  if (picture.length > LONGEST_BYTES) throw new Error(`${name} has ${picture.length} bytes`);
  await writeFile(`${directory}${name}.png`, picture);
  process.stdout.write(`docs/screenshots/${name}.png: ${Math.ceil(picture.length / 1_000)} KB\n`);
}
