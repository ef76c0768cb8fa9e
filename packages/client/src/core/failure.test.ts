import type { AppRouter } from '@parley/server/api';
import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';

import { Failure } from './failure.ts';

/** What can be seen of an error. */
const seen = ({ name, message, cause, shape, data, meta }: TRPCClientError<AppRouter>) => ({
  name,
  message,
  cause,
  shape,
  data,
  meta,
});

describe('a failure', () => {
  it('is seen as tRPC’s own error is, of what the server says', () => {
    const shape = { code: -32603, message: 'Not now', data: { reason: 'unavailable', retryable: true } };
    expect(seen(Failure.told({ ...shape, data: undefined }))).toEqual(
      seen(TRPCClientError.from<AppRouter>({ error: { ...shape, data: undefined } })),
    );
    expect(seen(Failure.told(shape))).toEqual(seen(TRPCClientError.from<AppRouter>({ error: shape })));
  });

  it('says nothing of what is no error of tRPC’s', () => {
    for (const said of [{ message: 'no code' }, 'text', undefined, null])
      expect(seen(Failure.told(said))).toEqual(seen(new TRPCClientError('Unknown error')));
  });

  it('is seen as tRPC’s own error is, of what was thrown', () => {
    const causes = [
      new RangeError('too far'),
      new DOMException('gone', 'AbortError'),
      'left',
      {},
      null,
      undefined,
    ];
    for (const cause of causes)
      expect(seen(Failure.from(cause))).toEqual(seen(TRPCClientError.from<AppRouter>(cause as Error)));
    const failure = new Failure('once');
    expect(Failure.from(failure)).toBe(failure);
    expect(seen(failure)).toEqual(seen(new TRPCClientError('once')));
  });
});
