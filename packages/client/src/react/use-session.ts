import type { Session, User } from '@parley/contract';

import type { ParleyClient } from '../client.ts';
import { isParleyError } from '../core/errors.ts';
import type { Registration } from '../core/live-client.ts';
import type { Credentials, StoredSession } from '../core/session-access.ts';
import { Source, type Subscribable } from '../core/subscribable.ts';
import { useParley } from './provider.tsx';
import type { Fields } from './tracker.ts';
import { useSnapshot, type IsEqual, type Loadable, type Selection } from './use-snapshot.ts';

/**
 * What {@link useSession} gives. `status` is `ready` while someone is signed in, `loading` while someone signs in or
 * registers, `failed` when that was refused, with `error`, until it is tried again, and `idle` otherwise.
 */
export interface SessionResult extends Loadable {
  /** Null when nobody is signed in, and always with tokens of the application's own. */
  readonly session: Session | null;
  readonly user: User | null;
  readonly signIn: (how: Credentials | StoredSession) => Promise<Session>;
  readonly register: (account: Registration) => Promise<Session>;
  /** Ends the session here at once and, with `everywhere`, on each other device. */
  readonly signOut: (options?: { everywhere?: boolean }) => Promise<void>;
}

/**
 * {@link useSession} with a selector: renders again only when what it gives changes, that is, its fields or items unless
 * `isEqual` says otherwise.
 */
export function useSession<Selected>(
  select: (result: SessionResult) => Selected,
  isEqual?: IsEqual<Selected>,
): Selected;
/**
 * Who is signed in, and signing in and out.
 *
 * @example
 * function SignIn() {
 *   const { user, status, error, signIn } = useSession();
 *   if (user !== null) return <p>Hello {user.username}</p>;
 *   const enter = () => signIn({ email: 'ana@parley.test', password: 'parley-demo' }).catch(() => undefined);
 *   return (
 *     <>
 *       <button disabled={status === 'loading'} onClick={() => void enter()}>Sign in</button>
 *       {error !== null && <p role="alert">{error.message}</p>}
 *     </>
 *   );
 * }
 */
export function useSession(): SessionResult;
export function useSession(...selection: Selection<SessionResult>): unknown {
  return useSnapshot(entryOf(useParley()), sessionOf, selection);
}

/** The last attempt to sign in or to register, and the session that is there now. */
interface EntryView extends Loadable {
  readonly session: Session | null;
}

/** One for each client, so that all components see the same attempt. */
class Entry implements Subscribable<EntryView> {
  readonly client: ParleyClient;
  readonly #attempt = new Source<Loadable>(NONE);
  #view: EntryView | undefined;
  #seen: Loadable = NONE;

  constructor(client: ParleyClient) {
    this.client = client;
  }

  readonly getSnapshot = (): EntryView => {
    const session = this.client.session.getSnapshot();
    const attempt = this.#attempt.getSnapshot();
    if (this.#view?.session !== session || this.#seen !== attempt) this.#view = undefined;
    this.#seen = attempt;
    return (this.#view ??=
      session !== null && attempt.status !== 'loading'
        ? { status: 'ready', error: null, session }
        : { ...attempt, session });
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const ends = [this.client.session.subscribe(listener), this.#attempt.subscribe(listener)];
    return () => {
      for (const end of ends) end();
    };
  };

  readonly signIn: SessionResult['signIn'] = (how) => this.#try(this.client.signIn(how));
  readonly register: SessionResult['register'] = (account) => this.#try(this.client.register(account));

  async #try(attempt: Promise<Session>): Promise<Session> {
    this.#attempt.set({ status: 'loading', error: null });
    try {
      const session = await attempt;
      this.#attempt.set(NONE);
      return session;
    } catch (error) {
      this.#attempt.set(isParleyError(error) ? { status: 'failed', error } : NONE);
      throw error;
    }
  }
}

const NONE: Loadable = { status: 'idle', error: null };
const entries = new WeakMap<ParleyClient, Entry>();

function entryOf(client: ParleyClient): Entry {
  const entry = entries.get(client) ?? new Entry(client);
  entries.set(client, entry);
  return entry;
}

function sessionOf(entry: Entry): Fields<EntryView, SessionResult> {
  return {
    status: ({ status }) => status,
    error: ({ error }) => error,
    session: ({ session }) => session,
    user: ({ session }) => session && session.user,
    signIn: () => entry.signIn,
    register: () => entry.register,
    signOut: () => entry.client.signOut,
  };
}
