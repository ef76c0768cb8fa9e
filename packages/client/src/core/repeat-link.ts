/**
 * Repeats what failed and may succeed: a subscription after a retryable refusal, from the last value it saw, any call
 * once when its token was refused and there is another one, and at once what another line is to carry. Nothing else is
 * ever sent twice: after a lost connection it is not known whether a mutation took effect. And a subscription sees
 * nothing twice, whatever its lines bring: see {@link Place}.
 */
import type { AppRouter } from '@parley/server/api';
import type { TRPCClientError, TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';

import { backoff } from './backoff.ts';
import { isTokenRefusal, unreachable } from './errors.ts';
import { MOVED } from './line.ts';
import { Place } from './place.ts';

interface RepeatOptions {
  /** Whether there is another token, after one was refused. */
  reauthorise: (refusal: TRPCClientError<AppRouter>) => Promise<boolean>;
}

export function repeatLink({ reauthorise }: RepeatOptions): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const place = new Place();
        let attempt: Unsubscribable | undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;
        let failures = 0;
        let reauthorised = false;
        let isOver = false;

        const repeat = (error: TRPCClientError<AppRouter>, retryAfterMs = 0) => {
          failures += 1;
          if (op.type === 'subscription') {
            observer.next({ result: { type: 'state', state: 'connecting', error } });
          }
          timer = setTimeout(start, Math.max(retryAfterMs, backoff(failures, Math.random())));
        };

        const failed = async (refusal: TRPCClientError<AppRouter>): Promise<void> => {
          if (refusal === MOVED) {
            start();
          } else if (isTokenRefusal(refusal) && !reauthorised) {
            const outcome = await reauthorise(refusal).catch(unreachable);
            if (isOver) return;
            reauthorised = outcome === true;
            if (outcome === true) repeat(refusal);
            else if (outcome === false) observer.error(refusal);
            // No token could be had just now: where the call may be repeated, so may that.
            else if (op.type === 'subscription') repeat(refusal);
            else observer.error(outcome);
          } else if (op.type === 'subscription' && refusal.data?.retryable === true) {
            repeat(refusal, refusal.data.retryAfterMs);
          } else {
            observer.error(refusal);
          }
        };

        function start(): void {
          attempt = next({ ...op, input: resumed(op.input, place.lastEventId) }).subscribe({
            next(envelope) {
              const { result } = envelope;
              if (result.type === undefined || result.type === 'data') {
                failures = 0;
                reauthorised = false;
                if (result.id !== undefined && !place.takes(result.id, result.data)) return;
              }
              observer.next(envelope);
            },
            error: (refusal) => void failed(refusal),
            complete: () => observer.complete(),
          });
        }

        start();
        return () => {
          isOver = true;
          clearTimeout(timer);
          attempt?.unsubscribe();
        };
      });
}

/** The input of a subscription that goes on after a value. */
export const resumed = (input: unknown, lastEventId: string | undefined): unknown =>
  lastEventId === undefined ? input : { ...(input as object | undefined), lastEventId };
