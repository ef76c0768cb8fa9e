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
  /** Someone signed in or out, or became another person. `isRefused`: the server has ended the session. */
  onPersonChange: (isRefused: boolean) => void;
}

/** A token is renewed so long before it expires; the server asks for a new connection 20 s before. */
const RENEW_BEFORE_MS = 60_000;
/** One that was renewed is shown for so long, should the clock here be wrong; or for half of its life, if that is less. */
const RENEW_EVERY_MS = 60_000;

const LOCK = 'parley:session';
/** Held by the tab that has spent a refresh token. */
const markOf = ({ refreshToken }: Session): string => `${LOCK} ${refreshToken}`;
/** Its successor is looked for so often … */
const SUCCESSOR_WAITS = 100;
/** … and so far apart. */
const SUCCESSOR_WAIT_MS = 20;

export class SessionAccess implements Access {
  readonly #options: SessionAccessOptions;
  readonly #stored: (() => StoredSession | null) | undefined;
  readonly #session: Source<Session | null>;
  #renewal: Promise<Session | null> | undefined;
  /** There is no need to renew before. */
  #freshUntil = 0;
  #unmark = (): void => undefined;

  constructor(options: SessionAccessOptions) {
    this.#options = options;
    const { session } = options;
    this.#stored = typeof session === 'function' ? session : undefined;
    this.#session = new Source(revived(typeof session === 'function' ? session() : session));
  }

  get session(): Subscribable<Session | null> {
    return this.#session;
  }

  async token(): Promise<string | null> {
    const session = this.#session.getSnapshot();
    if (session === null) return null;
    const left = session.accessTokenExpiresAt.getTime() - Date.now();
    if (left > RENEW_BEFORE_MS || Date.now() < this.#freshUntil) return session.accessToken;
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
    const session = 'accessToken' in how ? revived(how) : await this.#options.calls.login(how);
    this.#adopt(session);
    return session;
  }

  /** Ends the session here at once, and on the server if it can be reached; otherwise it expires there. */
  async signOut(): Promise<void> {
    const session = this.#session.getSnapshot();
    this.#adopt(null);
    if (session === null) return;
    const { calls } = this.#options;
    try {
      // The server wants a token that has not expired.
      const isGood = +session.accessTokenExpiresAt - Date.now() > RENEW_BEFORE_MS;
      await calls.logout(isGood ? session : await calls.refresh(session.refreshToken));
    } catch {
      // It expires there.
    }
  }

  /** Ends it here alone. */
  forget(): void {
    this.#adopt(null);
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
    const session = this.#session.getSnapshot();
    const locks =
      this.#stored === undefined || !('navigator' in globalThis) ? undefined : globalThis.navigator.locks;
    const exchange = async () => {
      // While this tab waited for its turn another one may have renewed it.
      if (session === null || this.#session.getSnapshot() !== session) return this.#session.getSnapshot();
      const next = (await this.#newer(session, locks)) ?? (await this.#spend(session, locks));
      // Whoever signed in or out meanwhile goes first.
      if (this.#session.getSnapshot() === session) {
        const life = Number(next?.accessTokenExpiresAt) - Date.now();
        this.#freshUntil = Date.now() + Math.min(RENEW_EVERY_MS, life > 0 ? life / 2 : Infinity);
        this.#adopt(next, next === null);
      }
      return this.#session.getSnapshot();
    };
    return await (locks === undefined ? exchange() : locks.request(LOCK, exchange));
  }

  /**
   * What another tab has stored in place of a session. Its process tells of locks in their order, but of what it stored
   * in its own time: a token that another tab has marked as spent is one whose successor comes.
   */
  async #newer(session: Session, locks: LockManager | undefined): Promise<Session | null> {
    for (let waits = 0; ; waits += 1) {
      const stored = revived(this.#stored?.() ?? null);
      if (stored?.user.id === session.user.id && stored.refreshToken !== session.refreshToken) return stored;
      const marks = (await locks?.query())?.held ?? [];
      const isSpent = marks.some(({ name }) => name === markOf(session));
      if (!isSpent || waits === SUCCESSOR_WAITS || this.#session.getSnapshot() !== session) return null;
      await new Promise((resolve) => void setTimeout(resolve, SUCCESSOR_WAIT_MS));
    }
  }

  /** Renews a session, and marks it for the other tabs until the next time. */
  async #spend(session: Session, locks: LockManager | undefined): Promise<Session | null> {
    if (this.#session.getSnapshot() !== session) return null;
    this.#unmark();
    await new Promise<void>((marked) => {
      if (locks === undefined) return marked();
      void locks.request(markOf(session), { mode: 'shared' }, () => {
        marked();
        return new Promise<void>((resolve) => (this.#unmark = resolve));
      });
    });
    try {
      return await this.#refreshed(session);
    } catch (error) {
      // Whether it was spent is not known.
      this.#unmark();
      throw error;
    }
  }

  async #refreshed({ refreshToken }: Session): Promise<Session | null> {
    try {
      return await this.#options.calls.refresh(refreshToken);
    } catch (error) {
      if (isParleyError(error) && error.data.code === 'UNAUTHORIZED') return null;
      throw error;
    }
  }

  #adopt(next: Session | null, isRefused = false): void {
    if (next === this.#session.getSnapshot()) return;
    this.#take(next, () => this.#options.onSessionChange?.(next), isRefused);
  }

  #take(next: Session | null, tell = () => {}, isRefused = false): void {
    const isOther = this.#session.getSnapshot()?.user.id !== next?.user.id;
    if (isOther) this.#freshUntil = 0;
    this.#session.set(next);
    notify(tell);
    if (isOther) this.#options.onPersonChange(isRefused);
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
