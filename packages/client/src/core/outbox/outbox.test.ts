import { expect, it, vi } from 'vitest';

import { isParleyError, tooLarge, unreachable } from '../errors.ts';
import type { OutboxEntry } from './entry.ts';
import { MOST_ENTRIES } from './outbox.ts';
import { ANA, deliveries, describeOutbox, openOutbox, settle } from './testing/describe-outbox.ts';

describeOutbox(() => {
  it('shows a message at once, sends it, and resolves when the server has it', async () => {
    const { outbox, post, posted } = openOutbox();
    const changes: string[][] = [];
    outbox.subscribe(() => changes.push(deliveries(outbox)));
    const sent = outbox.add('bike', { content: 'Is it for sale?', clientId: 'a' });
    expect(outbox.getSnapshot()).toMatchObject([
      { clientId: 'a', conversationId: 'bike', userId: ANA, draft: { content: 'Is it for sale?' } },
    ]);
    await settle();
    post.answer('a');
    expect(await sent).toMatchObject({ clientId: 'a', content: 'Is it for sale?' });
    expect(changes).toEqual([['a queued'], ['a sending'], []]);
    expect(posted).toEqual([await sent]);
  });

  it('makes a clientId where it is given none', async () => {
    const { outbox, post } = openOutbox();
    void outbox.add('bike', { content: 'one' });
    void outbox.add('bike', { content: 'two' });
    await settle();
    const ids = outbox.getSnapshot().map((it) => it.clientId);
    expect(new Set(ids).size).toBe(2);
    expect(post.sent).toEqual([ids[0]]);
  });

  it('forgets what is discarded, and rejects its promise', async () => {
    const { outbox, post, store } = openOutbox({ isAway: () => true });
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    outbox.discard('a');
    outbox.discard('nothing');
    await expect(sent).rejects.toThrow('discarded');
    expect(outbox.getSnapshot()).toEqual([]);
    expect(await store.load(ANA)).toEqual([]);
    expect(post.sent).toEqual([]);
  });

  it('adds the same clientId once', async () => {
    const { outbox, post } = openOutbox();
    const first = outbox.add('bike', { content: 'one', clientId: 'a' });
    expect(outbox.add('bike', { content: 'one', clientId: 'a' })).toBe(first);
    await settle();
    post.refuse('a', tooLarge());
    await expect(first).rejects.toThrow('too large');
    const again = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.answer('a');
    expect(await again).toMatchObject({ clientId: 'a' });
    expect(post.sent).toEqual(['a', 'a']);
  });

  it('takes no more than it has room for, and says so', async () => {
    const { outbox } = openOutbox({ isAway: () => true });
    for (let at = 0; at < MOST_ENTRIES; at += 1) void outbox.add('bike', { content: 'x' });
    const refused: unknown = await outbox.add('bike', { content: 'x' }).catch((cause: unknown) => cause);
    expect(isParleyError(refused, 'rate_limited') && refused.data.retryable).toBe(true);
    expect(outbox.getSnapshot()).toHaveLength(MOST_ENTRIES);
    outbox.discard(outbox.getSnapshot()[0]?.clientId ?? '');
    const huge: unknown = await outbox
      .add('bike', { content: '\u{1F6B2}'.repeat(15_001) })
      .catch((cause: unknown) => cause);
    expect(isParleyError(huge, 'payload_too_large') && !huge.data.retryable).toBe(true);
    void outbox.add('bike', { content: '\u{1F6B2}'.repeat(10_000) });
    expect(outbox.getSnapshot()).toHaveLength(MOST_ENTRIES);
  });

  it('leaves what is another person’s alone, until they are back', async () => {
    let isAway = true;
    const { outbox, post } = openOutbox({ isAway: () => isAway });
    const sent = outbox.add('bike', { content: 'mine', clientId: 'a' });
    outbox.as('ben');
    await expect(sent).rejects.toThrow('Sign in');
    expect(outbox.getSnapshot()).toEqual([]);
    isAway = false;
    outbox.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual([]);
    outbox.as(ANA);
    await settle();
    expect(post.sent).toEqual(['a']);
  });

  it('takes nothing while nobody is here', async () => {
    const { outbox } = openOutbox({ userId: null });
    const refused: unknown = await outbox.add('bike', { content: 'x' }).catch((cause: unknown) => cause);
    expect(isParleyError(refused, 'unauthenticated')).toBe(true);
    expect(outbox.getSnapshot()).toEqual([]);
  });

  it('takes nothing from one person’s answer that comes after they left, but forgets what the server has', async () => {
    const { outbox, post, posted, store } = openOutbox();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    outbox.as('ben');
    post.answer('a');
    await settle();
    expect(posted).toEqual([]);
    expect(await store.load(ANA)).toEqual([]);
  });

  it('keeps a copy of the draft that no later change reaches', async () => {
    const attachments = ['https://example.com/a.png'];
    const entries: OutboxEntry[] = [];
    const { outbox } = openOutbox({ isAway: () => true });
    void outbox.add('bike', { content: '', attachments });
    attachments.push('https://example.com/b.png');
    entries.push(...outbox.getSnapshot());
    expect(entries[0]?.draft.attachments).toEqual(['https://example.com/a.png']);
  });

  it('sends nothing after it is closed', async () => {
    const { outbox, post, store } = openOutbox();
    const sent = outbox.add('bike', { content: 'one', clientId: 'a' });
    await settle();
    post.refuse('a', unreachable(null));
    await settle();
    outbox.close();
    await expect(sent).rejects.toThrow('closed');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post.sent).toEqual(['a']);
    expect(await store.load(ANA)).toHaveLength(1);
  });
});
