import type { AppRouter } from '@parley/server/api';
import type { TRPCClient } from '@trpc/client';

import { backoff } from './backoff.ts';
import { isParleyError } from './errors.ts';

/** The typed calls: `trpc.messages.send.mutate(…)`, `trpc.conversations.events.subscribe(…)`. */
export type ParleyCalls = TRPCClient<AppRouter>;

/** How often a call that changes something is made; with the pauses between, half a minute and more. */
export const TRIES = 6;

interface PersistOptions {
  readonly signal: AbortSignal;
  readonly tries?: number;
}

/**
 * Makes a call again after refusals that may pass, and after a connection that was lost before the answer: so only for
 * calls that the server takes twice as once. While the connection is away a call waits for it and counts as one.
 */
export async function persist<Answer>(
  call: () => Promise<Answer>,
  { signal, tries = TRIES }: PersistOptions,
): Promise<Answer> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || failures >= tries || !isParleyError(error) || !error.data.retryable) throw error;
      await pause(Math.max(error.data.retryAfterMs ?? 0, backoff(failures, Math.random())), signal);
    }
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
