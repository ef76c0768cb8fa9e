import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

import { Refusal } from '../core/refusal.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Answers 405 with `Allow`, instead of 404, for the other methods of every path that is mounted after this. Call the
 * returned function once everything is mounted. Paths with a wildcard are left alone.
 */
export function answerWrongMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const methods = known.get(url) ?? new Set<string>();
    for (const one of [method].flat()) methods.add(one);
    known.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...known]) {
      const rest = METHODS.filter((method) => !methods.has(method));
      if (rest.length === 0) continue;
      const allow = [...methods].toSorted().join(', ');
      app.route({
        method: rest,
        url,
        schema: { hide: true },
        handler: (_request, reply) => {
          void reply.header('allow', allow);
          throw new Refusal('method_not_allowed');
        },
      });
    }
  };
}
