/**
 * Gives the access token of the kept session, and renews the session before it expires. A refresh token is spent by its
 * first use and every command may be a process of its own, so a renewal is made under a lock, by whoever comes first;
 * the others take what it has kept.
 */
import { isParleyError, type Session, type StoredSession } from '@parley/client';

import { locked } from './file-lock.ts';
import type { SessionFile } from './session-file.ts';

/** Spends a refresh token. */
export type Refresh = (refreshToken: string) => Promise<Session>;

interface SessionKeeperOptions {
  file: SessionFile;
  /** A session of another server is none here. */
  url: string;
  refresh: Refresh;
}

/** A token is renewed so long before it expires; the server asks for a new connection 20 s before. */
const RENEW_BEFORE_MS = 60_000;
/** A token that is asked for again so soon was probably refused, should the clock here be behind. */
const REFUSED_WITHIN_MS = 10_000;
/** Renewals for that reason are at least so far apart. */
const RENEW_EVERY_MS = 60_000;

export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  #session: StoredSession | undefined;
  #given: { token: string; at: number } | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
    this.#session = this.#read();
  }

  /** Who is signed in; another process that signs in as someone else does not change it. */
  get user(): StoredSession['user'] | undefined {
    return this.#session?.user;
  }

  /** The newest one; undefined when nobody is signed in. */
  get refreshToken(): string | undefined {
    return this.#read()?.refreshToken;
  }

  /** The access token to show now; null when nobody is signed in any more. */
  async token(): Promise<string | null> {
    const session = this.#read();
    if (session === undefined || session.user.id !== this.#session?.user.id) return null;
    const now = Date.now();
    const { accessToken: token } = session;
    const isExpiring = expiryOf(session) - now <= RENEW_BEFORE_MS;
    const isRefused = this.#given?.token === token && now - this.#given.at <= REFUSED_WITHIN_MS;
    const renewed =
      isExpiring || (isRefused && now - this.#renewedAt >= RENEW_EVERY_MS)
        ? await this.#renewed(session)
        : session;
    if (renewed === undefined) return null;
    this.#given = { token: renewed.accessToken, at: Date.now() };
    return renewed.accessToken;
  }

  keep(session: Session): void {
    this.#session = session;
    this.#options.file.write({ url: this.#options.url, session });
  }

  forget(): void {
    this.#session = undefined;
    this.#options.file.remove();
  }

  /** The kept session, with other tokens than those of `session`; undefined once it has ended. */
  #renewed(session: StoredSession): Promise<StoredSession | undefined> {
    const { file, refresh } = this.#options;
    return locked(`${file.path}.lock`, async () => {
      const kept = this.#read();
      if (kept?.refreshToken !== session.refreshToken)
        return kept?.user.id === session.user.id ? kept : undefined;
      try {
        const next = await refresh(kept.refreshToken);
        this.keep(next);
        this.#renewedAt = Date.now();
        return next;
      } catch (error) {
        if (isParleyError(error) && error.data.code === 'UNAUTHORIZED') {
          this.forget();
          return undefined;
        }
        // Renewed in good time: the old token still serves.
        if (expiryOf(session) > Date.now()) return session;
        throw error;
      }
    });
  }

  #read(): StoredSession | undefined {
    const kept = this.#options.file.read();
    return kept?.url === this.#options.url ? kept.session : undefined;
  }
}

function expiryOf({ accessTokenExpiresAt }: StoredSession): number {
  return new Date(accessTokenExpiresAt).getTime();
}
