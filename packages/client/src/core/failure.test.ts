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
    for (const said of [shape, { ...shape, data: undefined }, { message: 'no code' }, 'text'])
      expect(seen(Failure.told(said)).shape).toEqual(TRPCClientError.from({ error: said as object }).shape);
    expect(seen(Failure.told(shape))).toEqual(seen(TRPCClientError.from<AppRouter>({ error: shape })));
    expect(Failure.told(undefined).shape).toBeUndefined();
  });

  it('is seen as tRPC’s own error is, of what was thrown', () => {
    for (const cause of [new RangeError('too far'), new DOMException('gone', 'AbortError')])
      expect(seen(Failure.from(cause))).toEqual(seen(TRPCClientError.from<AppRouter>(cause)));
    const failure = new Failure('once');
    expect(Failure.from(failure)).toBe(failure);
    expect(seen(failure)).toEqual(seen(new TRPCClientError('once')));
  });
});
