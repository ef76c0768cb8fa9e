import type { Session } from '@parley/contract';

import type { StoredSession } from './session-access.ts';

/** The options of `createParleyClient` that {@link localSession} gives. */
export interface LocalSession {
  readonly session: () => StoredSession | null;
  readonly onSessionChange: (session: Session | null) => void;
  readonly followSession: (changed: () => void) => () => void;
}

/**
 * Keeps the session in this browser's `localStorage`, for every tab of it: where one signs in or out, all do. Without
 * storage, as on a server, the session lasts as long as the page.
 *
 * @param key under which it is stored
 * @example
 * const client = createParleyClient({ url: 'https://chat.example.com', ...localSession() });
 */
export function localSession(key = 'parley.session'): LocalSession {
  return {
    session: () => {
      try {
        const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
        return isStoredSession(value) ? value : null;
      } catch {
        return null;
      }
    },
    onSessionChange: (session) => {
      try {
        if (session === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(session));
      } catch {
        // It lasts as long as the page.
      }
    },
    followSession: (changed) => {
      const heard = (event: StorageEvent) => {
        if (event.key === key || event.key === null) changed();
      };
      if (typeof addEventListener !== 'function') return () => undefined;
      addEventListener('storage', heard);
      return () => removeEventListener('storage', heard);
    },
  };
}

function isStoredSession(value: unknown): value is StoredSession {
  if (typeof value !== 'object' || value === null) return false;
  const { user, accessToken, accessTokenExpiresAt, refreshToken } = value as Partial<StoredSession>;
  const texts = [user?.id, user?.username, accessToken, accessTokenExpiresAt, refreshToken];
  return texts.every((text) => typeof text === 'string');
}
