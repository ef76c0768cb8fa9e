import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { Newest } from './newest.ts';

describe('the newest of a key', () => {
  const ends: ((error?: Error) => void)[] = [];
  const begun: number[] = [];
  const work = async (value: number) => {
    begun.push(value);
    await new Promise<void>((resolve, reject) =>
      ends.push((error) => (error === undefined ? resolve() : reject(error))),
    );
    return value;
  };
  const end = async (error?: Error) => {
    ends.shift()?.(error);
    await setImmediate();
  };

  it('is worked for at once, and then the greatest of all that have come meanwhile', async () => {
    const newest = new Newest<number>();
    const run = (key: string, value: number) => newest.run(key, value, work);
    begun.length = 0;
    const all = [run('a', 3), run('a', 7), run('a', 5), run('b', 1)];
    expect(begun).toEqual([3, 1]);
    await end();
    await end();
    expect(begun).toEqual([3, 1, 7]);
    all.push(run('a', 2), run('a', 4));
    await end();
    expect(begun).toEqual([3, 1, 7, 4]);
    await end();
    expect(await Promise.all(all)).toEqual([3, 7, 7, 1, 4, 4]);
    all.push(run('a', 1));
    await end();
    expect([begun.at(-1), await all.at(-1)]).toEqual([1, 1]);
  });

  it('goes on after one that fails, which fails for those alone who asked for it', async () => {
    const newest = new Newest<number>();
    const answers = [1, 2, 3].map((value) =>
      newest.run('a', value, work).catch((error: unknown) => (error as Error).message),
    );
    await end(new Error('no'));
    await end();
    expect(await Promise.all(answers)).toEqual(['no', 3, 3]);
  });
});
