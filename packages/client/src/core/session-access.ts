/**
 * The person's session: gives its access token, renews it before it expires, and ends it when the server says so.
 * A refresh token is spent by its first use, so a renewal is made once however many ask for it; and where several tabs
 * share one store, by one tab, and the others take what it stored.
 */
import type { Session, User } from '@parley/contract';

import type { Access } from './access.ts';
import { isParleyError } from './errors.ts';
import { notify, Source, type Subscribable } from './subscribable.ts';

/** A session as it was, or as JSON brought it back: its dates may be text. */
export type StoredSession = Omit<Session, 'accessTokenExpiresAt' | 'user'> & {
  accessTokenExpiresAt: Date | string;
  user: Omit<User, 'createdAt'> & { createdAt: Date | string };
};

export interface Credentials {
  email: string;
  password: string;
}

/** The calls that a session is made of; none of them needs the connection. */
export interface SessionCalls {
  login(credentials: Credentials): Promise<Session>;
  refresh(refreshToken: string): Promise<Session>;
  logout(session: Session): Promise<unknown>;
}

interface SessionAccessOptions {
  calls: SessionCalls;
  /** What to begin with, or a function that reads where `onSessionChange` keeps it. */
  session: StoredSession | null | (() => StoredSession | null);
  onSessionChange: ((session: Session | null) => void) | undefined;
  /** Someone signed in or out, or became another person. */
  onPersonChange: () => void;
}

/** A token is renewed so long before it expires; the server asks for a new connection 20 s before. */
const RENEW_BEFORE_MS = 60_000;
/** Renewals that nobody asked for are at least so far apart, should the clock here be wrong. */
const RENEW_EVERY_MS = 60_000;

const LOCK = 'parley:session';

export class SessionAccess implements Access {
  readonly #calls: SessionCalls;
  readonly #stored: (() => StoredSession | null) | undefined;
  readonly #onSessionChange: ((session: Session | null) => void) | undefined;
  readonly #onPersonChange: () => void;
  readonly #session: Source<Session | null>;
  #renewal: Promise<Session | null> | undefined;
  #renewedAt = -Infinity;

  constructor({ calls, session, onSessionChange, onPersonChange }: SessionAccessOptions) {
    this.#calls = calls;
    this.#stored = typeof session === 'function' ? session : undefined;
    this.#onSessionChange = onSessionChange;
    this.#onPersonChange = onPersonChange;
    this.#session = new Source(revived(typeof session === 'function' ? session() : session));
  }

  get session(): Subscribable<Session | null> {
    return this.#session;
  }

  async token(): Promise<string | null> {
    const session = this.#session.getSnapshot();
    if (session === null) return null;
    const left = session.accessTokenExpiresAt.getTime() - Date.now();
    if (left > RENEW_BEFORE_MS || Date.now() - this.#renewedAt < RENEW_EVERY_MS) return session.accessToken;
    try {
      return (await this.#renewed())?.accessToken ?? null;
    } catch (error) {
      if (left > 0) return session.accessToken;
      throw error;
    }
  }

  async renew(refused: string): Promise<string | null> {
    const session = this.#session.getSnapshot();
    if (session === null || session.accessToken !== refused) return session?.accessToken ?? null;
    const next = (await this.#renewed())?.accessToken ?? null;
    return next === refused ? null : next;
  }

  async signIn(how: Credentials | StoredSession): Promise<Session> {
    const session = 'accessToken' in how ? revived(how) : await this.#calls.login(how);
    this.#adopt(session);
    return session;
  }

  /** Ends the session here at once, and on the server if it can be reached; otherwise it expires there. */
  async signOut(): Promise<void> {
    // With the newest tokens: the server wants one that has not expired.
    await this.token().catch(() => null);
    const session = this.#session.getSnapshot();
    this.#adopt(null);
    if (session !== null) await this.#calls.logout(session).catch(() => undefined);
  }

  /** Takes what another tab has stored, or that it has stored nothing. */
  takeStored(): void {
    this.#take(revived(this.#stored?.() ?? null));
  }

  #renewed(): Promise<Session | null> {
    this.#renewal ??= this.#exchange().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #exchange(): Promise<Session | null> {
    const exchange = async () => {
      const session = this.#session.getSnapshot();
      if (session === null) return null;
      const stored = revived(this.#stored?.() ?? null);
      const next =
        stored !== null && stored.user.id === session.user.id && stored.refreshToken !== session.refreshToken
          ? stored
          : await this.#refreshed(session);
      // Whoever signed in or out meanwhile goes first.
      if (this.#session.getSnapshot() === session) {
        this.#renewedAt = Date.now();
        this.#adopt(next);
      }
      return this.#session.getSnapshot();
    };
    const locks =
      this.#stored === undefined || !('navigator' in globalThis) ? undefined : globalThis.navigator.locks;
    return await (locks === undefined ? exchange() : locks.request(LOCK, exchange));
  }

  async #refreshed({ refreshToken }: Session): Promise<Session | null> {
    try {
      return await this.#calls.refresh(refreshToken);
    } catch (error) {
      if (isParleyError(error) && error.data.code === 'UNAUTHORIZED') return null;
      throw error;
    }
  }

  #adopt(next: Session | null): void {
    if (next === this.#session.getSnapshot()) return;
    this.#take(next, () => this.#onSessionChange?.(next));
  }

  #take(next: Session | null, tell = () => {}): void {
    const isOther = this.#session.getSnapshot()?.user.id !== next?.user.id;
    if (isOther) this.#renewedAt = -Infinity;
    this.#session.set(next);
    notify(tell);
    if (isOther) this.#onPersonChange();
  }
}

function revived<Kept extends StoredSession | null>(session: Kept): Session | Extract<Kept, null>;
function revived(session: StoredSession | null): Session | null {
  if (session === null) return null;
  const { user } = session;
  return {
    ...session,
    accessTokenExpiresAt: new Date(session.accessTokenExpiresAt),
    user: { ...user, createdAt: new Date(user.createdAt) },
  };
}
