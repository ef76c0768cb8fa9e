// What becomes of a message that was not taken.
import { expect, it, vi } from 'vitest';

import { isParleyError, tooLarge, tooMany, unauthorised, unreachable } from '../errors.ts';
import { Failure } from '../failure.ts';
import { ANA, deliveries, describeOutbox, openOutbox, settle } from './testing/describe-outbox.ts';

describeOutbox(() => {
  it('tries again with the same clientId, after longer and longer waits', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
    const { outbox, post } = openOutbox();
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    for (const [failures, wait] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      post.refuse('a', unreachable(null));
      await settle();
      expect(deliveries(outbox)).toEqual(['a queued', 'b queued']);
      await vi.advanceTimersByTimeAsync(wait - 100);
      expect(post.sent).toHaveLength(failures + 1);
      await vi.advanceTimersByTimeAsync(100);
      expect(post.sent).toHaveLength(failures + 2);
    }
    expect(new Set(post.sent)).toEqual(new Set(['a']));
    post.answer('a');
    expect(await sent).toMatchObject({ clientId: 'a' });
    vi.restoreAllMocks();
  });

  it('waits as long as the server says, even when it is told to hurry', async () => {
    const { outbox, post } = openOutbox();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    const limited = tooMany();
    Object.assign(limited.data ?? {}, { retryAfterMs: 7_000 });
    post.refuse('a', limited);
    await settle();
    outbox.hurry();
    await vi.advanceTimersByTimeAsync(6_999);
    expect(post.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(post.sent).toHaveLength(2);
  });

  it('waits while the connection is away, and goes on at once when it is back', async () => {
    let isAway = true;
    const { outbox, post } = openOutbox({ isAway: () => isAway });
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual([]);
    expect(deliveries(outbox)).toEqual(['a queued']);
    isAway = false;
    outbox.hurry();
    expect(post.sent).toEqual(['a']);
    isAway = true;
    post.refuse('a', unreachable(null));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual(['a']);
    isAway = false;
    outbox.hurry();
    expect(post.sent).toEqual(['a', 'a']);
  });

  it('keeps what was refused for its token until there is another one', async () => {
    const { outbox, post } = openOutbox();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.refuse('a', unauthorised('token_expired'));
    await settle();
    expect(deliveries(outbox)).toEqual(['a queued']);
    outbox.hurry();
    expect(post.sent).toEqual(['a', 'a']);
  });

  it('fails what is refused for good, and lets the following go on', async () => {
    const { outbox, post, store } = openOutbox();
    const refused = outbox.add('bike', { content: 'one', clientId: 'a' });
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    post.refuse('a', tooLarge());
    const error: unknown = await refused.catch((cause: unknown) => cause);
    expect(isParleyError(error, 'payload_too_large')).toBe(true);
    await settle();
    expect(outbox.getSnapshot()).toMatchObject([
      { clientId: 'a', delivery: 'failed', error },
      { clientId: 'b', delivery: 'sending', error: null },
    ]);
    expect(await store.load(ANA)).toHaveLength(2);
  });

  it('fails what is no refusal at all', async () => {
    const { outbox, post } = openOutbox();
    const refused = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.refuse('a', new RangeError('A mistake'));
    await expect(refused).rejects.toThrow('A mistake');
    expect(outbox.getSnapshot()[0]?.error).toBeInstanceOf(Failure);
  });
});
