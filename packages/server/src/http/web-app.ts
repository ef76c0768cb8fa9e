import { existsSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { isOurs } from './paths.ts';

const YEAR_S = 31_536_000;

/**
 * Mounts the built web app at `/`. Its build names assets after their content, so those are kept for ever; its page,
 * its manifest and its service worker are asked for anew each time. Returns whether the app was found.
 */
export async function mountWebApp(app: FastifyInstance, directory: string): Promise<boolean> {
  if (!existsSync(join(directory, 'index.html'))) return false;
  await app.register(fastifyStatic, {
    root: directory,
    cacheControl: false,
    setHeaders(response, path) {
      const lasting = path.startsWith(join(directory, 'assets/'));
      response.setHeader('cache-control', lasting ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
    },
  });
  return true;
}

/** Whether a browser asks for a page, which the web app then draws by itself. */
export function isNavigation({ method, headers, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (isOurs(url)) return false;
  return headers.accept?.includes('text/html') === true;
}
