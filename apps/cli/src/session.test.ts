import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Session } from '@parley/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { SessionFile, sessionPath } from './session-file.ts';
import { SessionKeeper, type Refresh } from './session-keeper.ts';

const url = 'http://127.0.0.1:3000';
let directory: string;
let file: SessionFile;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-cli-'));
  file = new SessionFile(join(directory, 'kept', 'session.json'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function session(name: string, expiresInMs: number): Session {
  return {
    user: {
      id: 'id-of-ana',
      username: 'ana',
      avatar: null,
      displayName: null,
      email: null,
      createdAt: new Date(0),
    },
    accessToken: `access-${name}`,
    accessTokenExpiresAt: new Date(Date.now() + expiresInMs),
    refreshToken: `refresh-${name}`,
  };
}

/** Renews once for each token: a second time is what ends a session. */
function rotation(): { refresh: Refresh; spent: string[] } {
  const spent: string[] = [];
  return {
    spent,
    refresh: async (refreshToken) => {
      await new Promise((resolve) => setImmediate(resolve));
      expect(spent).not.toContain(refreshToken);
      spent.push(refreshToken);
      return session(`after-${refreshToken}`, 900_000);
    },
  };
}

describe('a kept session', () => {
  it('is for its owner alone', () => {
    file.write({ url, session: session('1', 900_000) });
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'kept')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(directory, 'kept'))).toEqual(['session.json']);
    expect(file.read()).toMatchObject({
      url,
      session: { accessToken: 'access-1', user: { username: 'ana' } },
    });
  });

  it.each(['', '{', '[]', 'null', '{"url":"http://x"}', '{"url":"http://x","session":{"user":{"id":"a"}}}'])(
    'is none where the file holds %j',
    (text) => {
      const path = join(directory, 'session.json');
      writeFileSync(path, text);
      expect(new SessionFile(path).read()).toBeUndefined();
    },
  );

  it('says where it cannot be kept', () => {
    const blocked = new SessionFile(join(directory, 'file', 'session.json'));
    writeFileSync(join(directory, 'file'), '');
    expect(() => blocked.write({ url, session: session('1', 1) })).toThrow(
      expect.objectContaining({ reason: 'session_not_kept' }),
    );
  });

  it('is where it is said to be', () => {
    expect(sessionPath('/a/b.json', { PARLEY_SESSION: '/c.json' })).toBe('/a/b.json');
    expect(sessionPath(undefined, { PARLEY_SESSION: '/c.json', XDG_STATE_HOME: '/state' })).toBe('/c.json');
    expect(sessionPath('b.json', { INIT_CWD: '/a' })).toBe('/a/b.json');
    expect(sessionPath(undefined, { XDG_STATE_HOME: '/state' })).toBe('/state/parley/session.json');
    expect(sessionPath(undefined, {})).toMatch(/\.local\/state\/parley\/session\.json$/);
  });
});

describe('the keeper of a session', () => {
  const keeper = (refresh: Refresh, server = url) => new SessionKeeper({ file, url: server, refresh });

  it('gives the token while it lasts', async () => {
    file.write({ url, session: session('1', 900_000) });
    const { refresh, spent } = rotation();
    expect(await keeper(refresh).token()).toBe('access-1');
    expect(spent).toEqual([]);
  });

  it('shows it to no other server', async () => {
    file.write({ url, session: session('1', 900_000) });
    const other = keeper(rotation().refresh, 'https://elsewhere.example');
    expect(other.user).toBeUndefined();
    expect(await other.token()).toBeNull();
  });

  it('renews it before it expires, and keeps the new one', async () => {
    file.write({ url, session: session('1', 30_000) });
    expect(await keeper(rotation().refresh).token()).toBe('access-after-refresh-1');
    expect(file.read()?.session.refreshToken).toBe('refresh-after-refresh-1');
  });

  it('spends a refresh token once, however many commands run', async () => {
    file.write({ url, session: session('1', 30_000) });
    const { refresh, spent } = rotation();
    const keepers = Array.from({ length: 8 }, () => keeper(refresh));
    const tokens = await Promise.all(keepers.map((one) => one.token()));
    expect(new Set(tokens)).toEqual(new Set(['access-after-refresh-1']));
    expect(spent).toEqual(['refresh-1']);
    expect(readdirSync(join(directory, 'kept'))).toEqual(['session.json']);
  });

  it('renews a token that is asked for again at once: it was refused', async () => {
    file.write({ url, session: session('1', 900_000) });
    const { refresh, spent } = rotation();
    const one = keeper(refresh);
    expect(await one.token()).toBe('access-1');
    expect(await one.token()).toBe('access-after-refresh-1');
    // Not again and again, should that one be refused as well.
    expect(await one.token()).toBe('access-after-refresh-1');
    expect(spent).toEqual(['refresh-1']);
  });

  it('uses the old token where the server cannot renew it yet', async () => {
    file.write({ url, session: session('1', 30_000) });
    expect(await keeper(() => Promise.reject(new Error('away'))).token()).toBe('access-1');
    file.write({ url, session: session('2', -1) });
    await expect(keeper(() => Promise.reject(new Error('away'))).token()).rejects.toThrow('away');
  });

  it('does not become someone else', async () => {
    file.write({ url, session: session('1', 900_000) });
    const one = keeper(rotation().refresh);
    const theirs = session('theirs', 900_000);
    file.write({ url, session: { ...theirs, user: { ...theirs.user, id: 'id-of-ben' } } });
    expect(await one.token()).toBeNull();
  });

  it('takes over a lock that was left behind', async () => {
    file.write({ url, session: session('1', 30_000) });
    const lock = `${file.path}.lock`;
    writeFileSync(lock, '');
    const before = new Date(Date.now() - 60_000);
    utimesSync(lock, before, before);
    expect(await keeper(rotation().refresh).token()).toBe('access-after-refresh-1');
  });
});
