import * as argon2 from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';

import { CHEAP_PASSWORD_COST, createPasswords } from './passwords.ts';

describe('passwords', () => {
  const cheap = createPasswords(CHEAP_PASSWORD_COST);

  it('are kept as argon2id hashes with OWASP parameters and a salt each', async () => {
    const passwords = createPasswords();
    const [one, two] = await Promise.all([passwords.hash('hunter22'), passwords.hash('hunter22')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.matches(one, 'hunter22')).toBe(true);
    expect(await passwords.matches(one, 'hunter23')).toBe(false);
  });

  it('match at the cost they were made with', async () => {
    const stored = await cheap.hash('pässwörd ✓');
    expect(stored).toContain('m=8,t=1,p=1');
    expect(await createPasswords().matches(stored, 'pässwörd ✓')).toBe(true);
  });

  it('match nothing where there is none', async () => {
    expect(await cheap.matches(null, '')).toBe(false);
  });

  it('cost one guess of the same size for a person who has none as for a wrong one', async () => {
    const guesses: { cost: string; password: unknown }[] = [];
    const hashes: string[] = [];
    const cost = { memoryCost: 64, timeCost: 3 };
    const counted = createPasswords(cost, {
      async hash(password, options) {
        const made = await argon2.hash(password, options);
        hashes.push(made);
        return made;
      },
      verify(stored, password) {
        guesses.push({ cost: costOf(stored), password });
        return argon2.verify(stored, password);
      },
    });
    const stored = await counted.hash('right');
    expect(await counted.matches(null, 'one')).toBe(false);
    expect(await counted.matches(stored, 'two')).toBe(false);
    expect(await counted.matches(null, 'three')).toBe(false);
    expect(await counted.matches(stored, 'right')).toBe(true);
    const same = 'argon2id$v=19$m=64,t=3,p=1';
    expect(guesses).toEqual([
      { cost: same, password: 'one' },
      { cost: same, password: 'two' },
      { cost: same, password: 'three' },
      { cost: same, password: 'right' },
    ]);
    expect(hashes).toHaveLength(2);
  });

  it('are matched again once what failed works', async () => {
    let failing = true;
    const shaky = createPasswords(CHEAP_PASSWORD_COST, {
      ...argon2,
      hash: (password, options) =>
        failing ? Promise.reject(new Error('no memory')) : argon2.hash(password, options),
    });
    const stored = await cheap.hash('right');
    await expect(shaky.matches(stored, 'right')).rejects.toThrow('no memory');
    await expect(shaky.matches(null, 'right')).rejects.toThrow('no memory');
    failing = false;
    expect(await shaky.matches(stored, 'right')).toBe(true);
    expect(await shaky.matches(null, 'right')).toBe(false);
  });
});

/** Everything in a hash that says what it costs to verify: all but the salt and the digest. */
function costOf(stored: string | Uint8Array): string {
  return String(stored).split('$').slice(1, -2).join('$');
}
