/** Keeps the session in this browser, for every tab of it. */
import type { Session, StoredSession } from '@parley/client';

const KEY = 'parley.session';

/** Null when nobody is signed in, and when what is there is no session. */
export function readSession(): StoredSession | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return isStoredSession(value) ? value : null;
  } catch {
    return null;
  }
}

export function writeSession(session: Session | null): void {
  try {
    if (session === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(session));
  } catch {
    // Without storage the session lasts as long as the page.
  }
}

/** Starts the page anew when another tab signs in or out, so that it never shows the talks of someone else. */
export function followOtherTabs(currentUserId: () => string | undefined): void {
  addEventListener('storage', ({ key }) => {
    if (key !== KEY && key !== null) return;
    if (readSession()?.user.id !== currentUserId()) location.reload();
  });
}

function isStoredSession(value: unknown): value is StoredSession {
  if (typeof value !== 'object' || value === null) return false;
  const { user, accessToken, accessTokenExpiresAt, refreshToken } = value as Partial<StoredSession>;
  const texts = [user?.id, user?.username, accessToken, accessTokenExpiresAt, refreshToken];
  return texts.every((text) => typeof text === 'string');
}
