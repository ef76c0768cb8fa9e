import { TRPCError } from '@trpc/server';
import { expect, it } from 'vitest';
import { z } from 'zod';

import { reasonOf } from './error-formatter.ts';

it.each([
  ['message_too_long', 'message_too_long'],
  ['too_small', 'invalid_input'],
  ['toString', 'invalid_input'],
])('a schema that names the reason %s is answered with %s', (reason, expected) => {
  const schema = z.string().refine(() => false, { params: { reason } });
  const cause = schema.safeParse('text').error;
  expect(reasonOf(new TRPCError({ code: 'BAD_REQUEST', cause }))).toBe(expected);
});
