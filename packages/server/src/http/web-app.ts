import { existsSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { isOurs } from './paths.ts';

const YEAR_S = 31_536_000;

/**
 * Mounts the built web app at `/`. Its build names assets after their content, so those are kept for ever; its page,
 * its manifest and its service worker are asked for anew each time. What the build has beside a file as `.br` or `.gz` is
 * sent in its place to who takes it. Returns whether the app was found.
 */
export async function mountWebApp(app: FastifyInstance, directory: string): Promise<boolean> {
  if (!existsSync(join(directory, 'index.html'))) return false;
  await app.register(fastifyStatic, {
    root: directory,
    cacheControl: false,
    preCompressed: true,
    setHeaders(response, path) {
      const lasting = path.startsWith(join(directory, 'assets/'));
      response.setHeader('cache-control', lasting ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
      response.setHeader('vary', 'accept-encoding');
    },
  });
  // That of the reply, as CORS has set it, would be sent in place of the response's own.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const ways = [reply.getHeader('vary'), reply.raw.getHeader('vary')];
    if (ways[1] !== undefined) reply.header('vary', ways.filter((it) => it !== undefined).join(', '));
    done();
  });
  return true;
}

/** Whether a browser asks for a page, which the web app then draws by itself. */
export function isNavigation({ method, headers, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (isOurs(url)) return false;
  return headers.accept?.includes('text/html') === true;
}
