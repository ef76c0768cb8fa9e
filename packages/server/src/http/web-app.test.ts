import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get as getRaw, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { oneDatabase } from '../core/testing/one-database.ts';
import { openEdge, type Edge } from './testing/edge.ts';

const database = oneDatabase();

const FILES: Record<string, string> = {
  'index.html': '<title>the app</title>',
  'assets/app-1.js': '1',
  'manifest.webmanifest': '{}',
  'service-worker.mjs': '1',
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
};

const LARGE = 'export const text = "again and again";'.repeat(100);

let directory: string;
let edge: Edge;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-web-'));
  await mkdir(join(directory, 'assets'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(directory, name), text);
  for (const name of ['assets/large-1.js', 'large.html']) {
    await writeFile(join(directory, name), LARGE);
    await writeFile(join(directory, `${name}.br`), brotliCompressSync(LARGE));
    await writeFile(join(directory, `${name}.gz`), gzipSync(LARGE));
  }
  edge = await openEdge(database, { webDirectory: directory });
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const get = (path: string, accept = '*/*') => fetch(`${edge.url}${path}`, { headers: { accept } });
/** Without the decoding that `fetch` does. */
const getPlainly = (path: string, takes: string) =>
  new Promise<{ headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    getRaw(`${edge.url}${path}`, { headers: { 'accept-encoding': takes } }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += String(part)));
      answer.on('end', () => resolve({ headers: answer.headers, text }));
    }).on('error', reject);
  });
const getPage = (path: string) => get(path, 'text/html');
function policyIn(headers: Headers): Map<string, string[]> {
  const directives = (headers.get('content-security-policy') ?? '').split('; ');
  return new Map(
    directives.map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );
}

describe('the web app', () => {
  it('is a page at every path that is not the server’s, and asked for anew each time', async () => {
    for (const path of ['/', '/index.html', '/?debug', '/talks/1?x=1', '/trpc-not']) {
      const page = await getPage(path);
      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await page.text()).toContain('the app');
    }
    for (const path of ['/trpc/no.such', '/api/v1/no-such', '/trpc', '/api/v1']) {
      const refused = await getPage(path);
      expect([refused.status, refused.headers.get('content-type')]).toEqual([
        404,
        expect.stringContaining('json'),
      ]);
    }
    expect((await get('/talks/1')).status).toBe(404);
  });

  it('keeps assets for ever, and its worker and its manifest not at all', async () => {
    const kept = async (path: string) => {
      const { headers } = await get(path);
      return [headers.get('content-type'), headers.get('cache-control')];
    };
    const always = 'public, max-age=31536000, immutable';
    expect(await kept('/assets/app-1.js')).toEqual([expect.stringContaining('javascript'), always]);
    expect(await kept('/service-worker.mjs')).toEqual([expect.stringContaining('javascript'), 'no-cache']);
    expect(await kept('/manifest.webmanifest')).toEqual([
      expect.stringContaining('application/manifest+json'),
      'no-cache',
    ]);
  });

  it('comes compressed where the build has it so and the browser takes it, and is told apart by caches', async () => {
    const come = async (path: string, takes: string) => {
      const { headers, text } = await getPlainly(path, takes);
      expect([headers['vary'], text.length > 0]).toEqual(['Origin, accept-encoding', true]);
      return [headers['content-type'], headers['cache-control'], headers['content-encoding']];
    };
    for (const [takes, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['identity', undefined],
    ] as const) {
      expect(await come('/assets/large-1.js', takes)).toEqual([
        expect.stringContaining('javascript'),
        'public, max-age=31536000, immutable',
        encoding,
      ]);
      expect(await come('/large.html', takes)).toEqual([
        expect.stringContaining('html'),
        'no-cache',
        encoding,
      ]);
      expect((await come('/assets/app-1.js', takes)).at(-1)).toBeUndefined();
    }
    expect(await (await get('/assets/large-1.js')).text()).toBe(LARGE);
  });

  it('is not there where a file is not', async () => {
    for (const path of ['/assets/app-2.js', '/assets/', '/other-worker.mjs'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    expect((await get('/..%2f..%2fetc/passwd')).status).toBeGreaterThanOrEqual(400);
  });
});

describe('the policy of a page', () => {
  it('lets it run what the server has, and nothing that is written into it', async () => {
    const page = await getPage('/');
    const policy = policyIn(page.headers);
    const host = new URL(edge.url).host;
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'https:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'", `ws://${host}`, `wss://${host}`],
      'manifest-src': ["'self'"],
      'worker-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    });
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('takes no host that could say more than a host', async () => {
    const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const host = "x.test;script-src'unsafe-inline'";
      getRaw(edge.url, { headers: { host, accept: 'text/html' } }, (answer) => {
        answer.resume();
        resolve(answer.headers);
      }).on('error', reject);
    });
    expect(headers['content-security-policy']).toContain("connect-src 'self';");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('is the one of its worker too, which it binds', async () => {
    const { headers } = await get('/service-worker.mjs');
    expect(policyIn(headers).get('connect-src')?.[0]).toBe("'self'");
    expect(policyIn(headers).get('script-src')).toEqual(["'self'"]);
  });
});

describe('the headers of every answer', () => {
  it.each(['/', '/healthz', '/api/v1/openapi.json', '/trpc/auth.me', '/no-such'])(
    'keep %s apart from other sites',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(policyIn(headers).get('default-src')).toEqual(["'none'"]);
      expect(policyIn(headers).get('frame-ancestors')).toEqual(["'none'"]);
    },
  );

  it('make what is no page inert', async () => {
    for (const path of ['/healthz', '/api/v1/openapi.json', '/trpc/auth.me'])
      expect([...policyIn((await get(path)).headers).keys()]).toEqual([
        'default-src',
        'base-uri',
        'form-action',
        'frame-ancestors',
      ]);
  });
});
