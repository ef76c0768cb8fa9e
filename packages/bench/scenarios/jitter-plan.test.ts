import { describe, expect, it } from 'vitest';

import { JITTER, planCuts, planTexts } from './jitter-plan.ts';

const settings = { clients: 500, people: 50, broadcasts: 200, rate: 2, seed: 7, settleMs: 10_000 };

describe('the plan of a jitter test', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planCuts(settings)).toEqual(planCuts(settings));
    expect(planTexts(settings)).toEqual(planTexts(settings));
    expect(planCuts(settings)).not.toEqual(planCuts({ ...settings, seed: 8 }));
    expect(planTexts(settings)).not.toEqual(planTexts({ ...settings, seed: 8 }));
  });

  it('cuts each client about every 15 s for about 2 s, from 5 s on until the last broadcast', () => {
    const plan = planCuts(settings);
    const gaps = plan.flatMap((cuts) =>
      cuts.slice(1).map(({ atMs }, index) => atMs - (cuts[index]?.atMs ?? 0)),
    );
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(plan).toHaveLength(settings.clients);
    expect(mean(gaps) / JITTER.periodMs).toBeCloseTo(1, 1);
    expect(mean(plan.flat().map(({ downMs }) => downMs)) / JITTER.downMs).toBeCloseTo(1, 1);
    for (const { atMs } of plan.flat()) {
      expect(atMs).toBeGreaterThanOrEqual(JITTER.quietMs);
      expect(atMs).toBeLessThan(100_000);
    }
  });

  it('gives each broadcast a text of its own that begins with its number', () => {
    const texts = planTexts(settings);
    expect(new Set(texts).size).toBe(settings.broadcasts);
    expect(texts.map((text) => Number.parseInt(text, 10))).toEqual(texts.map((_, number) => number));
  });
});
