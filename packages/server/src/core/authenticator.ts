import type { Caller } from './caller.ts';

/** Whom a token names, and until when. */
export interface Identity {
  caller: Caller;
  expiresAt: Date;
  /** Of the person's sessions: when all of them had last ended, in ms since 1970, or 0. A later end ends this one. */
  generation: number;
}

/** Turns access tokens into people. What it promises is kept by the auth domain. */
export interface Authenticator {
  /**
   * Throws a `Refusal` (`token_invalid`, `token_expired`, `user_disabled`): the person is looked up, so one who is
   * disabled, or whose sessions have ended since, is refused with a token that is still good. Those of a crowd who arrive,
   * each to stay on a connection, may wait for one another for a moment.
   */
  verify(accessToken: string, arrives?: boolean): Promise<Identity>;
}
