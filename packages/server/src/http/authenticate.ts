import type { Authenticator } from '../core/authenticator.ts';
import type { Authentication } from '../core/context.ts';
import type { Logger } from '../core/logger.ts';
import { Refusal } from '../core/refusal.ts';

export interface AuthenticateOptions {
  authenticator: Authenticator;
  log: Logger;
  /** Of the request or the connection. */
  requestId: string;
  /** Whether it is for a connection that stays. */
  arrives?: boolean;
}

/** Who a token names, or why nobody. Never throws: where it cannot be told, the refusal is `unavailable`. */
export async function authenticate(
  token: string | undefined,
  { authenticator, log, requestId, arrives = false }: AuthenticateOptions,
): Promise<Authentication> {
  if (token === undefined) return { caller: undefined, refusal: 'unauthenticated' };
  try {
    return await authenticator.verify(token, arrives);
  } catch (error) {
    if (error instanceof Refusal) {
      log.info({ requestId, reason: error.reason }, 'authentication failed');
      return { caller: undefined, refusal: error.reason };
    }
    log.error({ requestId, err: error }, 'authentication failed');
    return { caller: undefined, refusal: 'unavailable' };
  }
}
