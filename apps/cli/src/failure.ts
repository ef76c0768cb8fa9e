import { isParleyError, type ErrorDetails } from '@parley/client';
import { CommanderError } from 'commander';

import { plain } from './plain.ts';

export const EXIT = { ok: 0, refused: 1, usage: 2 } as const;

/** The command was given wrongly; nothing was asked of the server. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Refused here, for a reason that the server would give too or that is this program's own; `cause` is what it gave. */
export class Refused extends Error {
  override name = 'Refused';
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

type Detail = 'code' | 'retryable' | 'retryAfterMs' | 'issues' | 'offer' | 'requestId';

/** What is told of an error: a stable reason, a sentence, and what the server said besides. */
export interface Failure {
  exitCode: number;
  reason: string;
  message: string;
  details: { [Name in Detail]?: ErrorDetails[Name] | undefined };
}

export function failureOf(error: unknown): Failure {
  if (isParleyError(error)) {
    const { code, reason, retryable, retryAfterMs, issues, offer, requestId } = error.data;
    const details = { code, retryable, retryAfterMs, issues, offer, requestId };
    return { exitCode: EXIT.refused, reason, message: error.message, details };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return { exitCode: EXIT.usage, reason: 'usage', message, details: {} };
  if (error instanceof CommanderError) {
    return { exitCode: EXIT.usage, reason: 'usage', message: message.replace(/^error: /, ''), details: {} };
  }
  if (error instanceof Refused && isParleyError(error.cause)) return { ...failureOf(error.cause), message };
  const reason = error instanceof Refused ? error.reason : 'failed';
  return { exitCode: EXIT.refused, reason, message, details: {} };
}

/** `offer_not_open: The offer is no longer open`, with what was wrong with the input. */
export function failureLine({ reason, message, details }: Failure): string {
  const wrong = [
    ...(details.issues?.formErrors ?? []),
    ...Object.entries(details.issues?.fieldErrors ?? {}).map(
      ([field, texts]) => `${field}: ${texts?.join(', ') ?? ''}`,
    ),
  ];
  const wait =
    details.retryAfterMs === undefined ? '' : `; try again in ${Math.ceil(details.retryAfterMs / 1_000)} s`;
  return plain(`${reason}: ${message}${wrong.length === 0 ? '' : ` (${wrong.join('; ')})`}${wait}`);
}
