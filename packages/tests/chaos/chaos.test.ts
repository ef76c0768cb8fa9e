// The chaos suite at its shortest: fixed seeds, a few seconds of faults each. `pnpm chaos` runs it for longer.
import { describe, expect, inject, it } from 'vitest';

import { account } from './report.ts';
import { run } from './run.ts';

const RUNS = [
  { name: 'one node with the embedded database', nodes: 1, database: 'embedded', seed: 4, seconds: 6 },
  { name: 'three nodes on PostgreSQL and Redis', nodes: 3, database: 'postgres', seed: 7, seconds: 12 },
] as const;

const hasServers = inject('postgresUrl') !== undefined && inject('redisUrl') !== undefined;

describe('what people see under faults', () => {
  it.each(RUNS.filter(({ database }) => database === 'embedded' || hasServers))(
    'is all of it, once and in order: $name, seed $seed',
    async ({ nodes, database, seed, seconds }) => {
      const lines: string[] = [];
      const done = await run({
        seed,
        nodes,
        database,
        forMs: seconds * 1000,
        accessTokenSeconds: 10,
        say: (line) => lines.push(line),
      });
      if (done === undefined) throw new Error('what is needed was there a moment ago');
      const { tally, violations } = done;
      expect(violations.length, `${lines.join('\n')}\n${account(violations)}`).toBe(0);
      expect(tally.acknowledged).toBeGreaterThan(10);
      expect(tally.deliveries).toBeGreaterThan(100);
      expect(tally.faults.size).toBeGreaterThan(2);
    },
    240_000,
  );
});
