import { describe, expect, it } from 'vitest';

import { Source } from './subscribable.ts';

describe('source', () => {
  it('tells of changes only, and only while it is listened to', () => {
    const source = new Source(1);
    const seen: number[] = [];
    const stop = source.subscribe(() => seen.push(source.getSnapshot()));
    source.set(1);
    source.set(2);
    stop();
    source.set(3);
    expect(seen).toEqual([2]);
    expect(source.getSnapshot()).toBe(3);
  });

  it('counts the same listener as often as it subscribed', () => {
    const source = new Source(1);
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    const stop = source.subscribe(listener);
    source.subscribe(listener);
    stop();
    stop();
    source.set(2);
    expect(calls).toBe(1);
  });
});
