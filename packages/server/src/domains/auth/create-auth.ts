import type { Authenticator } from '../../core/authenticator.ts';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Metrics } from '../../core/metrics.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { createAuthenticator } from './authenticator.ts';
import { createPasswords, type PasswordCost } from './passwords.ts';
import type { Sessions } from './sessions.ts';
import { createTokens, type TokenOptions } from './tokens.ts';

/** The parts that authentication adds to a server. */
export interface Auth {
  authenticator: Authenticator;
  sessions: Sessions;
}

declare module '../../core/services.ts' {
  interface Services extends Auth {}
}

export interface AuthOptions {
  db: PrismaClient;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  config: TokenOptions & {
    /** Whether people may make their own accounts. */
    registration: boolean;
    /** OWASP's by default. */
    passwordCost?: PasswordCost | undefined;
  };
}

/** @throws StartupError unless there is exactly one usable key. */
export function createAuth({ db, clock, log, metrics, config }: AuthOptions): Auth {
  const tokens = createTokens(config, clock);
  return {
    authenticator: createAuthenticator({ db, log, metrics, tokens }),
    sessions: { tokens, passwords: createPasswords(config.passwordCost), registration: config.registration },
  };
}
