// The chaos suite at its shortest: fixed seeds, a few seconds of faults each. `pnpm chaos` runs it for longer.
import { describe, expect, inject, it } from 'vitest';

import { account } from './report.ts';
import { run } from './run.ts';

const RUNS = [
  { nodes: 1, seed: 4, seconds: 8 },
  { nodes: 3, seed: 7, seconds: 12 },
];

describe.runIf(inject('postgresUrl') !== undefined)('what people see under faults', () => {
  it.each(RUNS.filter(({ nodes }) => nodes === 1 || inject('redisUrl') !== undefined))(
    'is all of it, once and in order, with $nodes nodes and seed $seed',
    async ({ nodes, seed, seconds }) => {
      const lines: string[] = [];
      const done = await run({
        seed,
        nodes,
        forMs: seconds * 1000,
        accessTokenSeconds: 10,
        say: (line) => lines.push(line),
      });
      if (done === undefined) throw new Error('there was a PostgreSQL and a Redis a moment ago');
      const { tally, violations } = done;
      expect(violations.length, `${lines.join('\n')}\n${account(violations)}`).toBe(0);
      expect(tally.acknowledged).toBeGreaterThan(10);
      expect(tally.deliveries).toBeGreaterThan(100);
      expect(tally.faults.size).toBeGreaterThan(3);
    },
    120_000,
  );
});
