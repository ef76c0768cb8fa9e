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

  it('take as long for a person who has none as for a wrong one', async () => {
    const passwords = createPasswords({ memoryCost: 32_768, timeCost: 2 });
    const stored = await passwords.hash('right');
    await passwords.matches(null, 'warm-up');
    const wrong: number[] = [];
    const absent: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      wrong.push(await time(() => passwords.matches(stored, 'wrong')));
      absent.push(await time(() => passwords.matches(null, 'wrong')));
    }
    expect(Math.min(...absent)).toBeGreaterThan(Math.min(...wrong) / 2);
    expect(Math.min(...absent)).toBeLessThan(Math.min(...wrong) * 2);
  });
});

async function time(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
