import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isOurs } from './paths.ts';
import { pagePolicy } from './security.ts';

/** Answers a browser that asks for a page. */
export type SendPage = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Where a page wants the nonce of its style elements. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

const PAGE = 'index.html';
const YEAR_S = 31_536_000;

/**
 * Mounts the built web app at `/`. Its build names assets after their content, so those are kept for ever; its page,
 * its manifest and its service worker are asked for anew each time.
 *
 * @returns how its page is sent, which draws every path that is not the server's; undefined where there is no app
 */
export async function mountWebApp(app: FastifyInstance, directory: string): Promise<SendPage | undefined> {
  const page = join(directory, PAGE);
  if (!existsSync(page)) return undefined;
  const sendPage: SendPage = async ({ headers }, reply) => {
    const nonce = randomBytes(16).toString('base64');
    const text = (await readFile(page, 'utf8')).replaceAll(NONCE_PLACEHOLDER, nonce);
    return reply
      .headers({ 'content-security-policy': pagePolicy(headers.host, nonce), 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(text);
  };
  for (const path of ['/', `/${PAGE}`]) app.get(path, sendPage);
  await app.register(fastifyStatic, {
    root: directory,
    cacheControl: false,
    setHeaders(response, path) {
      const lasting = path.startsWith(join(directory, 'assets/'));
      response.setHeader('cache-control', lasting ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
    },
  });
  return sendPage;
}

/** Whether a browser asks for a page, which the web app then draws by itself. */
export function isNavigation({ method, headers, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (isOurs(url)) return false;
  return headers.accept?.includes('text/html') === true;
}
