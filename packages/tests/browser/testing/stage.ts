/**
 * The built sample app on a real server, and people who look at it in a browser. Whatever a page complains of (errors,
 * broken pictures and scripts, what the policy of pages has stopped) is kept, and fails the test that looks.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { ParleyOptions } from '@parley/server';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { databases } from '../../../server/src/core/testing/databases.ts';
import { findChromium, openBrowser } from '../../harness/browser.ts';
import { callOverHttp, PASSWORD, type Person } from '../../harness/people.ts';
import { startServer, type TestServer } from '../../harness/server.ts';
import { DESKTOP } from './sample-app.ts';
import { PATIENCE_MS } from './waiting.ts';

const webDirectory = fileURLToPath(new URL('../../../../apps/web/dist', import.meta.url));

/** Whether this machine has a browser; says what is left out where it has none. */
export const hasBrowser = (leftOut: string): boolean => findChromium(leftOut) !== undefined;

interface Look extends BrowserContextOptions {
  /** Where the page comes from: a proxy before the server. */
  at?: string;
  /** Where in the app. */
  path?: string;
  /** The test takes the network or the session away: what the browser says of that is no complaint. */
  loses?: boolean;
  /** Done with the page before it goes anywhere. */
  prepare?: (page: Page) => Promise<unknown>;
}

interface Line {
  /** Who wrote it. */
  userId: string;
  content: string;
}

export interface Stage extends AsyncDisposable {
  readonly server: TestServer;
  readonly browser: Browser;
  /** A page in a browser of its own, of someone who has signed in just now, or of nobody. */
  page(person: Person | null, look?: Look): Promise<Page>;
  /** Another tab beside a page. */
  tab(page: Page, path?: string): Promise<Page>;
  /** A talk of its own for each test. */
  talk(one: Person, other: Person): Promise<string>;
  /** A history of its own for a talk that nobody looks at yet. */
  fill(conversationId: string, lines: readonly Line[]): Promise<void>;
  /** @throws Error with what pages have complained of since the last look. */
  check(): void;
}

/**
 * @example
 * stage = await openStage();
 * const page = await stage.page(await stage.server.person('ana'));
 */
export async function openStage(options: ParleyOptions = {}): Promise<Stage> {
  const executable = findChromium('the sample app in a browser');
  // PostgreSQL where there is one: it starts sooner, and leaves this process to the pages.
  const kind = databases().at(-1);
  if (!existsSync(webDirectory)) throw new Error('The sample app is not built: run `pnpm build` first');
  if (kind === undefined || executable === undefined) throw new Error('Nothing to run on');
  const [server, browser] = await Promise.all([
    startServer(kind, { webDirectory, presenceGraceMs: 50, ...options }),
    openBrowser(executable),
  ]);
  const complaints: string[] = [];
  let talks = 0;
  return {
    server,
    browser,
    async page(person, { at = server.url, path = '/', loses = false, prepare, ...look } = {}) {
      const context = await browser.newContext({
        ...DESKTOP,
        locale: 'en-GB',
        ...look,
        ...(person !== null && { storageState: await signedIn(server.url, at, person) }),
      });
      await listen(context, complaints, loses);
      const page = await context.newPage();
      await prepare?.(page);
      await page.goto(at + path);
      return page;
    },
    async tab(page, path = '/') {
      const tab = await page.context().newPage();
      await tab.goto(new URL(path, page.url()).href);
      return tab;
    },
    async talk(one, other) {
      const subject = `Matter ${(talks += 1)}`;
      const { id } = await one.http.conversations.create.mutate({ participantIds: [other.id], subject });
      return id;
    },
    fill: (conversationId, lines) => fill(server, conversationId, lines),
    check() {
      const heard = complaints.splice(0);
      if (heard.length > 0) throw new Error(`The pages complained:\n${heard.join('\n')}`);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Directly into the database, as the server would have written them: a message and its entry in the log each. */
async function fill({ database }: TestServer, conversationId: string, lines: readonly Line[]): Promise<void> {
  const topic = `c:${conversationId}`;
  await using session = await database.session();
  await session.query(
    `INSERT INTO "Message" (id, "conversationId", seq, "userId", content, attachments, "createdAt")
     SELECT gen_random_uuid(), $1, head + n, line->>'userId', line->>'content', '{}',
       now() - make_interval(mins => ($4 - n)::int)
     FROM "Topic", jsonb_array_elements($3::jsonb) WITH ORDINALITY AS lines(line, n) WHERE "Topic".id = $2`,
    [conversationId, topic, JSON.stringify(lines), lines.length],
  );
  await session.query(
    `INSERT INTO "LogEntry" (topic, seq, type, refs, at)
     SELECT $2, seq, 'message', jsonb_build_object('messageId', message.id), "createdAt"
     FROM "Message" message, "Topic" WHERE "conversationId" = $1 AND "Topic".id = $2 AND seq > head`,
    [conversationId, topic],
  );
  await session.query(`UPDATE "Topic" SET head = head + $2 WHERE id = $1`, [topic, lines.length]);
}

/** What a browser keeps of someone who has signed in: a session of their own in each browser. */
async function signedIn(url: string, origin: string, { session: { user } }: Person) {
  const session = await callOverHttp(url).auth.login.mutate({
    email: user.email ?? '',
    password: PASSWORD,
  });
  const kept = { name: 'parley.session', value: JSON.stringify(session) };
  return { cookies: [], origins: [{ origin, localStorage: [kept] }] };
}

/** Said of a network, a server or a session that is gone. */
const LOST = /ERR_|WebSocket|Failed to load|status of 401/;

async function listen(context: BrowserContext, complaints: string[], loses: boolean): Promise<void> {
  context.setDefaultTimeout(PATIENCE_MS);
  const complain = (text: string) => {
    if (!loses || !LOST.test(text)) complaints.push(text);
  };
  context.on('weberror', (error) => complaints.push(`error: ${error.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(`console: ${message.text()}`);
  });
  context.on('response', (answer) => {
    if (answer.status() >= 400) complain(`Failed to load ${answer.url()}: ${answer.status()}`);
  });
  await context.exposeBinding('noteViolation', (_source, text: string) => complaints.push(`policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { noteViolation } = globalThis as unknown as { noteViolation: (text: string) => void };
      noteViolation([event.effectiveDirective, event.blockedURI, event.sourceFile].join(' '));
    });
  });
}

export const talkPath = (conversationId: string): string => `/talks/${conversationId}`;

/** The texts of a page's history that begin so, in their order. */
export async function texts(page: Page, beginning: string): Promise<string[]> {
  const all = await page.locator('[data-slot=message-text]').allInnerTexts();
  return all.filter((text) => text.startsWith(beginning));
}

/** What the server has in a talk that begins so, in its order. */
export async function kept(person: Person, conversationId: string, beginning: string): Promise<string[]> {
  const { items } = await person.http.messages.list.query({ conversationId, limit: 100 });
  return items
    .toSorted((one, other) => one.seq - other.seq)
    .map(({ content }) => content)
    .filter((text) => text.startsWith(beginning));
}
