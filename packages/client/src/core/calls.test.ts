import { describe, expect, it } from 'vitest';

import { pause } from './calls.ts';

describe('a pause', () => {
  it('is over at once for whoever has left before it', async () => {
    const left = new Error('left');
    await expect(pause(60_000, AbortSignal.abort(left))).rejects.toBe(left);
  });

  it('is over when whoever waits leaves', async () => {
    const leaving = new AbortController();
    const paused = pause(60_000, leaving.signal);
    const left = new Error('left');
    leaving.abort(left);
    await expect(paused).rejects.toBe(left);
  });
});
