import { randomBytes } from 'node:crypto';

import { hash, verify } from '@node-rs/argon2';

/** What one guess costs. */
export interface PasswordCost {
  /** KiB of memory. */
  memoryCost: number;
  /** Passes over it. */
  timeCost: number;
}

/** OWASP's argon2id with 19 MiB and two passes (Password Storage Cheat Sheet). */
export const PASSWORD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };
/** For tests and demo data, where the passwords are no secret. */
export const CHEAP_PASSWORD_COST: PasswordCost = { memoryCost: 8, timeCost: 1 };

export interface Passwords {
  /** An argon2id hash in PHC form, with its own salt and cost. */
  hash(password: string): Promise<string>;
  /** Whether it is the one. Takes as long for `null`, a person who has none, as for a wrong one. */
  matches(stored: string | null, password: string): Promise<boolean>;
}

export function createPasswords({ memoryCost, timeCost }: PasswordCost = PASSWORD_COST): Passwords {
  const options = { memoryCost, timeCost, parallelism: 1 };
  let decoy: Promise<string> | undefined;
  return {
    hash: (password) => hash(password, options),
    async matches(stored, password) {
      decoy ??= hash(randomBytes(32), options);
      const decoyHash = await decoy;
      const matching = await verify(stored ?? decoyHash, password);
      return stored !== null && matching;
    },
  };
}
