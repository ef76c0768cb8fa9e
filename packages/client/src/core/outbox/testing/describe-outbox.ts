// Outboxes in a time that a test moves, each with a post that it answers.
import type { Message } from '@parley/contract';
import { afterEach, beforeEach, describe, vi } from 'vitest';

import type { OutboxStore } from '../entry.ts';
import { MemoryStore } from '../memory-store.ts';
import { Outbox } from '../outbox.ts';
import { FakePost } from './fake-post.ts';

export const ANA = 'ana';
const outboxes: Outbox[] = [];

interface Scene {
  post: FakePost;
  store: OutboxStore;
  isAway: () => boolean;
  userId: string | null;
}

/** Closed after the test. */
export function openOutbox({
  post = new FakePost(),
  store = new MemoryStore(),
  isAway = () => false,
  userId = ANA,
}: Partial<Scene> = {}) {
  const posted: Message[] = [];
  const outbox = new Outbox({ send: post.send, store, isAway, posted: (message) => posted.push(message) });
  outboxes.push(outbox);
  outbox.as(userId);
  return { outbox, post, store, posted };
}

export function describeOutbox(tests: () => void): void {
  describe('Outbox', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      for (const outbox of outboxes.splice(0)) outbox.close();
      vi.useRealTimers();
    });
    tests();
  });
}

/** Lets everything go on that does not wait for time. */
export const settle = () => vi.advanceTimersByTimeAsync(0);

export const deliveries = (outbox: Outbox) =>
  outbox.getSnapshot().map((it) => `${it.clientId} ${it.delivery}`);
