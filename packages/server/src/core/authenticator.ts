import type { Caller } from './caller.ts';

/** Turns access tokens into people. What it promises is kept by the auth domain. */
export interface Authenticator {
  /**
   * The person a token names and until when. Throws a `Refusal` (`token_invalid`, `token_expired`, `user_disabled`):
   * the person is looked up, so a disabled one is refused with a token that is still good.
   */
  verify(accessToken: string): Promise<{ caller: Caller; expiresAt: Date }>;
}
