// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';

import { createParleyClient } from '../client.ts';
import { localSession } from './local-session.ts';
import type { StoredSession } from './session-access.ts';

const sessionOf = (name: string): StoredSession => ({
  user: { id: name, username: name, displayName: null, avatar: null, email: '', createdAt: new Date(0) },
  accessToken: `access of ${name}`,
  accessTokenExpiresAt: new Date(Date.now() + 3_600_000),
  refreshToken: `refresh of ${name}`,
});

/** Another tab has written: this one is told. */
function writtenElsewhere(key: string, session: StoredSession | null): void {
  if (session === null) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(session));
  dispatchEvent(new StorageEvent('storage', { key }));
}

describe('a local session', () => {
  afterEach(() => localStorage.clear());

  const open = (key?: string) =>
    createParleyClient({
      url: 'http://localhost:1',
      fetch: () => Promise.reject(new TypeError('There is no server here')),
      ...localSession(key),
    });

  it('is there again after a reload, and gone after signing out', async () => {
    const client = open();
    expect(client.session.getSnapshot()).toBeNull();
    await client.signIn(sessionOf('ana'));
    await client.close();
    const reloaded = open();
    expect(reloaded.session.getSnapshot()).toMatchObject({
      user: { id: 'ana', createdAt: new Date(0) },
      accessToken: 'access of ana',
    });
    await reloaded.signOut();
    expect(localStorage.length).toBe(0);
    await reloaded.close();
  });

  it('is that of every tab: who signs in or out in one does in all', async () => {
    const client = open();
    const seen: (string | undefined)[] = [];
    client.session.subscribe(() => seen.push(client.session.getSnapshot()?.user.id));
    writtenElsewhere('parley.session', sessionOf('ana'));
    writtenElsewhere('another key', sessionOf('eve'));
    writtenElsewhere('parley.session', sessionOf('ben'));
    writtenElsewhere('parley.session', null);
    expect(seen).toEqual(['ana', 'ben', undefined]);
    await client.close();
    writtenElsewhere('parley.session', sessionOf('ana'));
    expect(seen).toHaveLength(3);
  });

  it('is nobody’s where what is stored is no session', async () => {
    for (const text of ['no JSON', 'null', '7', '{"user":{}}']) {
      localStorage.setItem('mine', text);
      const client = open('mine');
      expect(client.session.getSnapshot()).toBeNull();
      await client.close();
    }
  });
});
