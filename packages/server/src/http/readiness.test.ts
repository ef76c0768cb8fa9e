import { describe, expect, it } from 'vitest';

import { ManualClock } from '../core/testing/manual-clock.ts';
import { Readiness } from './readiness.ts';

describe('readiness', () => {
  it('asks again when the clock has gone back', async () => {
    let now = Date.UTC(2026, 0, 2);
    const clock = Object.assign(new ManualClock(), { now: () => now });
    let ask = () => Promise.resolve();
    const readiness = new Readiness({
      clock,
      bus: { isUp: true },
      lease: { isShared: true },
      ask: () => ask(),
    });
    expect((await readiness.state()).status).toBe('ready');
    ask = () => Promise.reject(new Error('the database is away'));
    expect((await readiness.state()).status).toBe('ready');
    now -= 3_600_000;
    expect((await readiness.state()).status).toBe('unavailable');
  });
});
