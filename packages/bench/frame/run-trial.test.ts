import { describe, expect, it } from 'vitest';

import { rotated, runTrial } from './run-trial.ts';
import { reportRow } from './trial-table.ts';
import { WrongAnswer, type Contestant, type Row, type Trial } from './trial.ts';

const ROW: Row = {
  name: 'cpu',
  title: 'Fan-out',
  unit: 'CPU milliseconds',
  goals: [
    { than: 'ws', atMost: 0.9 },
    { than: 'other', atMost: 0.5 },
  ],
};

/** Contestants whose rounds give these figures, and a log of who was measured when. */
function trialOf(
  figures: Readonly<Record<string, readonly number[]>>,
  { withinMs = 60_000, ...options }: Partial<Trial> & { withinMs?: number } = {},
) {
  const log: string[] = [];
  const contestants = Object.entries(figures).map(([name, values]): Contestant => {
    const left = [...values];
    return {
      name,
      title: name.toUpperCase(),
      enter() {
        log.push(`${name} enters`);
        return Promise.resolve({
          round() {
            log.push(name);
            const cpu = left.shift() ?? Number.NaN;
            return cpu < 0 ? Promise.reject(new WrongAnswer('wrong text')) : Promise.resolve({ cpu });
          },
          [Symbol.asyncDispose]() {
            log.push(`${name} leaves`);
            return Promise.resolve();
          },
        });
      },
    };
  });
  const trial: Trial = { title: 'trial', rows: [ROW], contestants, ...options };
  return { log, run: () => runTrial(trial, { rounds: 3, warmUp: true, withinMs, say: () => undefined }) };
}

describe('a trial', () => {
  it('has another one first in each round', () => {
    expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual([
      'abc',
      'bca',
      'cab',
      'abc',
    ]);
  });

  it('measures in interleaved rounds, after one that does not count', async () => {
    const { log, run } = trialOf({ parley: [900, 1, 2, 3], ws: [900, 4, 6, 5] });
    const { standings } = await run();
    expect(log.join(' ')).toBe(
      'parley enters parley ws enters ws parley ws ws parley parley ws parley leaves ws leaves',
    );
    expect(standings.map(({ figures }) => figures.get('cpu')?.median)).toEqual([2, 5]);
  });

  it('begins anew in each round where it says so', async () => {
    const { log, run } = trialOf({ parley: [1, 2, 3] }, { fresh: true });
    const { standings } = await run();
    expect(log.filter((line) => line === 'parley enters')).toHaveLength(3);
    expect(standings[0]?.figures.get('cpu')).toEqual({ median: 2, least: 1, most: 3 });
  });

  it('begins no further round when its time is over', async () => {
    const { rounds } = await trialOf({ parley: [9, 1, 2, 3] }, { withinMs: 0 }).run();
    expect(rounds).toBe(1);
  });

  it('has no figures of one that was wrong, and says so', async () => {
    const { run } = trialOf({ parley: [9, 1, -1, 1], ws: [9, 2, 2, 2] });
    const result = await run();
    expect(result.faults).toEqual(['trial: PARLEY: wrong text']);
    expect(result.standings.map(({ contestant }) => contestant.name)).toEqual(['ws']);
  });

  it('shows the goals beside the figures, and says which are missed', async () => {
    const { run } = trialOf({ parley: [9, 80, 81, 82], ws: [9, 100, 100, 100], other: [9, 100, 100, 100] });
    const { text, missed, reached } = reportRow(ROW, await run());
    expect(text.split('\n').slice(4)).toEqual([
      '|        | median | least | most | Parley |    goal |         |',
      '| ------ | -----: | ----: | ---: | -----: | ------: | ------: |',
      '| PARLEY |     81 |    80 |   82 |        |         |         |',
      '| WS     |    100 |   100 |  100 | 0.81 × | ≤ 0.9 × | reached |',
      '| OTHER  |    100 |   100 |  100 | 0.81 × | ≤ 0.5 × |  missed |',
    ]);
    expect(missed).toEqual(['Fan-out: PARLEY is at 0.81 × OTHER, the goal is ≤ 0.5 ×']);
    expect(reached).toBe(1);
  });
});
