// A server in a process of its own, which tells what it allocates while it delivers.
import { once } from 'node:events';
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';

import { createParley, openDatabase } from '@parley/server';

import { silent } from '../../server/src/core/testing/databases.ts';

export interface ServerOrder {
  databaseUrl: string;
  jwtSecret: string;
}

export interface DeliverOrder {
  conversationId: string;
  broadcasts: number;
}

export interface Allocated {
  bytes: number;
  /** Collections meanwhile, of which there must be none: what they free would be missing. */
  collections: number;
}

const next = async <Message>() => ((await once(process, 'message')) as [Message])[0];

process.once('disconnect', () => process.exit());
const { databaseUrl, jwtSecret } = await next<ServerOrder>();
const database = await openDatabase({ url: databaseUrl, log: silent });
const parley = await createParley({ database, jwtSecret, log: silent });
process.send?.(await parley.listen({ port: 0, host: '127.0.0.1' }));

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] });
for (;;) {
  const { conversationId, broadcasts } = await next<DeliverOrder>();
  globalThis.gc?.();
  // The observer hears of that one in a later turn.
  await turn();
  await turn();
  collections = 0;
  const before = process.memoryUsage().heapUsed;
  for (let index = 1; index <= broadcasts; index += 1) {
    parley.broadcastToConversation(conversationId, 'counted' as never, { index } as never);
    await turn();
  }
  // Whoever delivers in a later turn has done so.
  for (let turns = 0; turns < 10; turns += 1) await turn();
  const bytes = process.memoryUsage().heapUsed - before;
  await turn();
  process.send?.({ bytes, collections } satisfies Allocated);
}
