import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { sharedRead, type SharedReadOptions } from './shared-read.ts';

/** How long the first of a crowd waits for the next: more than a busy machine may take from one to the other. */
const QUIET_MS = 1_000;

/** Reads that end when a test says so, and do not hang however long that takes. */
function heldReads(options: Partial<SharedReadOptions> = {}) {
  const reads: { keys: readonly string[]; end: (outcome?: Error) => void }[] = [];
  const load = sharedRead<string, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        const found = new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, key.toUpperCase()]));
        reads.push({ keys, end: (error) => (error === undefined ? resolve(found) : reject(error)) });
      }),
    { maxKeys: 10, times: { hangingMs: 60_000, quietMs: QUIET_MS }, ...options },
  );
  return { reads, load };
}

describe('a shared read', () => {
  it('answers all who ask at once, each key read once', async () => {
    const { reads, load } = heldReads();
    const asked = Promise.all(['a', 'b', 'a', 'nobody'].map((key) => load(key)));
    await expect.poll(() => reads.map(({ keys }) => keys)).toEqual([['a', 'b', 'nobody']]);
    reads[0]?.end();
    expect(await asked).toEqual(['A', 'B', 'A', undefined]);
  });

  it('begins after whoever it answers has asked: those who come while one is under way share the next', async () => {
    const { reads, load } = heldReads();
    const first = load('a');
    await expect.poll(() => reads.length).toBe(1);
    const later = [load('a')];
    await setImmediate();
    later.push(load('c'));
    await setImmediate();
    expect(reads).toHaveLength(1);
    reads[0]?.end();
    expect(await first).toBe('A');
    await expect.poll(() => reads[1]?.keys).toEqual(['a', 'c']);
    reads[1]?.end();
    expect(await Promise.all(later)).toEqual(['A', 'C']);
  });

  it('asks for so many keys at a time, however many ask for each', async () => {
    const { reads, load } = heldReads();
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    const asked = Promise.all([...keys, ...keys, ...keys].map((key) => load(key)));
    await expect.poll(() => reads.map((read) => read.keys.length)).toEqual([10, 2]);
    for (const read of reads) read.end();
    expect((await asked).slice(24)).toEqual(keys.map((key) => key.toUpperCase()));
  });

  it('begins no sooner than the gap after the one before', async () => {
    const began: number[] = [];
    const load = sharedRead<string, string>(
      (keys) => {
        began.push(performance.now());
        return Promise.resolve(new Map(keys.map((key) => [key, key])));
      },
      { maxKeys: 10, gapMs: 40 },
    );
    for (let index = 0; index < 3; index += 1) expect(await load('a')).toBe('a');
    const gaps = began.slice(1).map((at, index) => at - (began[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThan(38);
  });

  it('gathers a crowd after the first of it, until nobody comes any more', async () => {
    const { reads, load } = heldReads({ gatherMs: 60_000 });
    const asked = Promise.all(Array.from({ length: 1_000 }, () => load('first')));
    await expect.poll(() => reads.length).toBe(1);
    reads[0]?.end();
    expect(new Set(await asked)).toEqual(new Set(['FIRST']));
    const keys = Array.from({ length: 9 }, (_, index) => `k${index}`);
    const later: Promise<string | undefined>[] = [];
    for (const key of keys) {
      later.push(load(key));
      await setImmediate();
    }
    expect(reads).toHaveLength(1);
    await expect.poll(() => reads[1]?.keys).toEqual(keys);
    reads[1]?.end();
    expect(await Promise.all(later)).toEqual(keys.map((key) => key.toUpperCase()));
  });

  it('does not wait long for one that hangs', async () => {
    const { reads, load } = heldReads({ times: {} });
    const hanging = load('a');
    await expect.poll(() => reads.length).toBe(1);
    const next = load('b');
    await expect.poll(() => reads.length).toBe(2);
    reads[1]?.end();
    expect(await next).toBe('B');
    reads[0]?.end();
    expect(await hanging).toBe('A');
  });

  it('fails for those it would have answered, and for nobody else', async () => {
    const { reads, load } = heldReads();
    const failed = load('a').catch((error: unknown) => error);
    await expect.poll(() => reads.length).toBe(1);
    const next = load('b');
    reads[0]?.end(new Error('away'));
    expect(await failed).toEqual(new Error('away'));
    await expect.poll(() => reads.length).toBe(2);
    reads[1]?.end();
    expect(await next).toBe('B');
  });

  it('keeps nothing of what it has read', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const load = sharedRead<string, { key: string }>(
      (keys) => Promise.resolve(new Map(keys.map((key) => [key, { key }]))),
      { maxKeys: 10 },
    );
    const told = async () => new WeakRef((await load('a')) ?? { key: 'nobody' });
    const seen = await told();
    const isKept = () => {
      collect();
      return seen.deref() !== undefined;
    };
    await expect.poll(isKept).toBe(false);
    expect(await load('b')).toEqual({ key: 'b' });
  });
});
