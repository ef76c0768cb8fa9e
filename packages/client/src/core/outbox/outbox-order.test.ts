// Which message is sent when.
import { expect, it, vi } from 'vitest';

import { tooLarge } from '../errors.ts';
import { deliveries, describeOutbox, openOutbox, settle } from './testing/describe-outbox.ts';

describeOutbox(() => {
  it('sends one conversation’s messages one after the other, and different conversations at once', async () => {
    const { outbox, post } = openOutbox();
    for (const [conversation, clientId] of [
      ['bike', 'b1'],
      ['bike', 'b2'],
      ['sofa', 's1'],
      ['bike', 'b3'],
    ] as const) {
      void outbox.add(conversation, { content: clientId, clientId });
    }
    await settle();
    expect(post.sent).toEqual(['b1', 's1']);
    expect(deliveries(outbox)).toEqual(['b1 sending', 'b2 queued', 's1 sending', 'b3 queued']);
    post.answer('b1');
    await settle();
    expect(post.sent).toEqual(['b1', 's1', 'b2']);
    post.answer('b2');
    await settle();
    expect(post.sent).toEqual(['b1', 's1', 'b2', 'b3']);
  });

  it('sends to at most eight conversations at the same time', async () => {
    const { outbox, post } = openOutbox();
    for (let at = 0; at < 20; at += 1) void outbox.add(`talk-${at}`, { content: 'hi', clientId: `${at}` });
    await settle();
    expect(post.sent).toHaveLength(8);
    post.answer('0');
    await settle();
    expect(post.sent).toHaveLength(9);
  });

  it('sends a failed message again, before those that were written after it', async () => {
    const { outbox, post } = openOutbox();
    for (const clientId of ['a', 'b', 'c']) void outbox.add('bike', { content: clientId, clientId });
    await settle();
    post.refuse('a', tooLarge());
    await settle();
    outbox.retry('a');
    outbox.retry('b');
    outbox.retry('nothing');
    expect(deliveries(outbox)).toEqual(['a queued', 'b sending', 'c queued']);
    post.answer('b');
    await settle();
    post.answer('a');
    await settle();
    expect(post.sent).toEqual(['a', 'b', 'a', 'c']);
  });

  it('does not start the next message while a discarded one is on its way', async () => {
    const { outbox, post, posted } = openOutbox();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    outbox.discard('a');
    await settle();
    expect(post.sent).toEqual(['a']);
    post.answer('a');
    await settle();
    expect(post.sent).toEqual(['a', 'b']);
    expect(posted).toMatchObject([{ clientId: 'a' }]);
  });

  it('keeps the order when the clock goes back', async () => {
    const { outbox, post } = openOutbox();
    void outbox.add('bike', { content: 'one', clientId: 'a' });
    vi.setSystemTime(Date.now() - 3_600_000);
    void outbox.add('bike', { content: 'two', clientId: 'b' });
    await settle();
    post.answer('a');
    await settle();
    expect(post.sent).toEqual(['a', 'b']);
  });
});
