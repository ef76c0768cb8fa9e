import type { FastifyInstance } from 'fastify';

import type { Metrics } from '../core/metrics.ts';
import { Refusal } from '../core/refusal.ts';
import type { ReadinessState } from './readiness.ts';

export interface HealthOptions {
  metrics: Metrics;
  readiness: () => Promise<ReadinessState>;
}

/** Mounts liveness, readiness and metrics, for probes rather than people. */
export function mountHealth(app: FastifyInstance, { metrics, readiness }: HealthOptions): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const state = await readiness();
    return await reply.code(state.status === 'unavailable' ? 503 : 200).send(state);
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
