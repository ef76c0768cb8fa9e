import { describe, expect, it } from 'vitest';

import { iterate, MAX_BEHIND, type Sink } from './iterate.ts';

/** A loop over what it is told, and how often that was followed and left. */
function told() {
  const state = { followed: 0, left: 0 };
  let sink: Sink<number> | undefined;
  const loop = iterate<number>((to) => {
    sink = to;
    state.followed += 1;
    return () => {
      state.left += 1;
    };
  });
  const tell = (count: number) => {
    for (let n = 0; n < count; n += 1) sink?.next(n);
  };
  return { loop, state, tell, end: (error?: Error) => sink?.end(error) };
}

async function take(loop: AsyncIterator<number, void>, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) expect(await loop.next()).toEqual({ done: false, value: n });
}

describe('a loop', () => {
  it('is given what came while it was away, in order, and then why it ended', async () => {
    const { loop, state, tell, end } = told();
    tell(3);
    end(new Error('over'));
    await take(loop, 3);
    await expect(loop.next()).rejects.toThrow('over');
    expect(state).toEqual({ followed: 1, left: 1 });
  });

  it('is followed no more once so many values wait, and again when it has caught up', async () => {
    const { loop, state, tell } = told();
    tell(MAX_BEHIND);
    expect(state).toEqual({ followed: 1, left: 1 });
    await take(loop, MAX_BEHIND);
    expect(state).toEqual({ followed: 1, left: 1 });
    const next = loop.next();
    await Promise.resolve();
    expect(state).toEqual({ followed: 2, left: 1 });
    tell(1);
    expect(await next).toEqual({ done: false, value: 0 });
    await loop.return();
    expect(state).toEqual({ followed: 2, left: 2 });
  });

  it.each(['before it has begun', 'while it waits'])('ends when it is left %s', async (when) => {
    const { loop, state, tell } = told();
    const next = when === 'while it waits' ? loop.next() : undefined;
    expect(await loop.return()).toEqual({ done: true, value: undefined });
    tell(1);
    expect(await (next ?? loop.next())).toEqual({ done: true, value: undefined });
    expect(state).toEqual({ followed: 1, left: 1 });
  });
});
