import type { FastifyInstance } from 'fastify';

import type { Metrics } from '../core/metrics.ts';
import { Refusal } from '../core/refusal.ts';

export interface HealthOptions {
  metrics: Metrics;
  /** Whether the server can do its work: its parts answer, and it is not stopping. */
  isReady: () => Promise<boolean>;
}

/** Mounts liveness, readiness and metrics, for probes rather than people. */
export function mountHealth(app: FastifyInstance, { metrics, isReady }: HealthOptions): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = await isReady();
    return await reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unavailable' });
  });
  app.get('/metrics', async (_request, reply) => {
    await reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  for (const url of ['/healthz', '/readyz', '/metrics']) {
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: (_request, reply) => {
        void reply.header('allow', 'GET, HEAD');
        throw new Refusal('method_not_allowed');
      },
    });
  }
}
