import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';

import { failureLine, failureOf, Refused, UsageError } from './failure.ts';

describe('a failure', () => {
  it('is a refusal, or wrong usage', () => {
    expect(failureOf(new Refused('unavailable', 'Nobody answers'))).toMatchObject({
      exitCode: 1,
      reason: 'unavailable',
    });
    expect(failureOf(new UsageError('no'))).toMatchObject({ exitCode: 2, reason: 'usage', message: 'no' });
    expect(failureOf(new CommanderError(1, 'x', "error: unknown option '--x'"))).toMatchObject({
      exitCode: 2,
      message: "unknown option '--x'",
    });
    expect(failureOf(new Error('boom'))).toMatchObject({ exitCode: 1, reason: 'failed', message: 'boom' });
  });

  it('is told in one line', () => {
    const line = failureLine({
      exitCode: 1,
      reason: 'invalid_input',
      message: 'The input\nis not valid',
      details: {
        issues: { formErrors: [], fieldErrors: { content: ['Too small', 'Odd'] } },
        retryAfterMs: 1_200,
      },
    });
    expect(line).toBe('invalid_input: The input is not valid (content: Too small, Odd); try again in 2 s');
  });
});
