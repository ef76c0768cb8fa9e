import { Client } from 'pg';
import { vi } from 'vitest';

import { READ_ONLY_QUESTION } from '../database-pool.ts';
import { PGlite } from '../pglite.mjs';

/**
 * Counts what databases of both kinds are asked in this process until disposed, but for what a new connection is asked
 * first: when the pool opens one is its own affair.
 */
export function countQueries(): Disposable & { readonly count: number } {
  const spies = [vi.spyOn(Client.prototype, 'query'), vi.spyOn(PGlite.prototype, 'query')];
  return {
    get count() {
      const calls = spies.flatMap(({ mock }): unknown[][] => mock.calls);
      return calls.filter(([statement]) => statement !== READ_ONLY_QUESTION).length;
    },
    [Symbol.dispose]() {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
