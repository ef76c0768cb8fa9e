import { randomBytes } from 'node:crypto';

import * as argon2 from '@node-rs/argon2';

/** What one guess costs. */
export interface PasswordCost {
  /** KiB of memory. */
  memoryCost: number;
  /** Passes over it. */
  timeCost: number;
}

/** OWASP's argon2id with 19 MiB and two passes (Password Storage Cheat Sheet). */
const PASSWORD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };
/** For tests and demo data, where the passwords are no secret. */
export const CHEAP_PASSWORD_COST: PasswordCost = { memoryCost: 8, timeCost: 1 };

export interface Passwords {
  /** An argon2id hash in PHC form, with its own salt and cost. */
  hash(password: string): Promise<string>;
  /** Whether it is the one. Takes as long for `null`, a person who has none, as for a wrong one. */
  matches(stored: string | null, password: string): Promise<boolean>;
}

/** `argon` does the work, all of it: every guess is one `verify`. */
export function createPasswords(
  { memoryCost, timeCost }: PasswordCost = PASSWORD_COST,
  argon: Pick<typeof argon2, 'hash' | 'verify'> = argon2,
): Passwords {
  const options = { memoryCost, timeCost, parallelism: 1 };
  let decoy: Promise<string> | undefined;
  /** What a guess is compared with where there is no password. Made once; one that fails is made again. */
  const decoyHash = (): Promise<string> => {
    decoy ??= argon.hash(randomBytes(32), options).catch((error: unknown) => {
      decoy = undefined;
      throw error;
    });
    return decoy;
  };
  return {
    hash: (password) => argon.hash(password, options),
    async matches(stored, password) {
      // Made for everyone, or whoever asks first would take longer where there is no password.
      const instead = await decoyHash();
      const matching = await argon.verify(stored ?? instead, password);
      return stored !== null && matching;
    },
  };
}
