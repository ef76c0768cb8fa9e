import { describe, expect, it } from 'vitest';

import { Login, Register } from './auth.ts';
import { LIMITS } from './limits.ts';
import { accepts } from './testing/accepts.ts';

describe('an account', () => {
  it('has one spelling of its email', () => {
    expect(Login.parse({ email: 'Ana@Parley.Test', password: 'x' }).email).toBe('ana@parley.test');
  });

  it.each([
    { password: 'x'.repeat(LIMITS.passwordMinLength - 1) },
    { password: 'x'.repeat(LIMITS.passwordMaxLength + 1) },
    { password: 'long enough\0' },
    { username: 'a b' },
    { username: '.ana' },
    { username: 'a' },
    { email: 'ana' },
    { email: `${'a'.repeat(250)}@x.test` },
    { displayName: '' },
  ])('is not made with %j', (fields) => {
    const account = { email: 'ana@parley.test', username: 'ana', password: 'long enough' };
    expect(accepts(Register, account)).toBe(true);
    expect(accepts(Register, { ...account, ...fields })).toBe(false);
  });
});
