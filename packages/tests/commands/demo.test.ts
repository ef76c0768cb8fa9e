// `pnpm demo` once it has built: the bundle, in plain Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Session } from '@parley/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort } from '../harness/free-port.ts';
import { startProcess } from '../harness/processes.ts';

const DEMO = '../../server/dist/demo.js';

describe('the demo', { timeout: 180_000 }, () => {
  let directory: string;
  let options: { port: number; env: Record<string, string> };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-demo-'));
    // A database that is named for something else stays untouched.
    const elsewhere = { DATABASE_URL: 'postgresql://127.0.0.1:1/shop', REDIS_URL: 'redis://127.0.0.1:1' };
    options = { port: await freePort(), env: { PARLEY_DATA_DIR: directory, ...elsewhere } };
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('says where it is and who can sign in, shows the page, and keeps what was said', async () => {
    {
      await using demo = await startProcess(DEMO, options);
      for (const line of [
        new RegExp(`http://localhost:${options.port}`),
        /ana@parley\.test +password parley-demo/,
        /ben@parley\.test +password parley-demo/,
      ])
        await expect.poll(() => demo.output).toMatch(line);

      const page = await fetch(demo.url);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');

      const { talk, call } = await signIn(demo.url);
      const sent = await call(`talks/${talk}/message`, { content: 'Still here tomorrow?' });
      expect(sent.status).toBe(201);
      expect(await demo.end('SIGTERM')).toBe(0);
    }
    await using again = await startProcess(DEMO, options);
    const { talk, talks, call } = await signIn(again.url);
    const page = (await (await call(`talks/${talk}/message`)).json()) as { items: { content: string }[] };
    expect(page.items[0]?.content).toBe('Still here tomorrow?');
    expect(new Set(talks).size).toBe(talks.length);
    expect(await again.end('SIGINT')).toBe(0);
  });

  it('starts again after it was killed, with what was said', async () => {
    {
      await using demo = await startProcess(DEMO, options);
      const { talk, call } = await signIn(demo.url);
      expect((await call(`talks/${talk}/message`, { content: 'Said before the end' })).status).toBe(201);
      expect(await demo.end('SIGKILL')).toBeNull();
    }
    await using again = await startProcess(DEMO, options);
    const { talk, call } = await signIn(again.url);
    const page = (await (await call(`talks/${talk}/message`)).json()) as { items: { content: string }[] };
    expect(page.items[0]?.content).toBe('Said before the end');
    expect(await again.end('SIGTERM')).toBe(0);
  });

  it('says in one line that another process has its data, and ends', async () => {
    await using first = await startProcess(DEMO, options);
    const second = startProcess(DEMO, { ...options, port: await freePort() });
    await expect(second).rejects.toThrow(/^the server did not start:\nparley: [^\n]+\n$/);
    expect(await first.end('SIGTERM')).toBe(0);
  });
});

/** As Ana, over REST: a way to call, and the ids of her talks. */
async function signIn(url: string) {
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ana@parley.test', password: 'parley-demo' }),
  });
  const { accessToken } = (await login.json()) as Session;
  const call = (path: string, body?: object) =>
    fetch(`${url}/api/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const page = (await (await call('talks')).json()) as { items: { id: string }[] };
  const talks = page.items.map(({ id }) => id);
  const [talk] = talks;
  if (talk === undefined) throw new Error('Ana has no talks');
  return { talk, talks, call };
}
