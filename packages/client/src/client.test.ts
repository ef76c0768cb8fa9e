import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { createParleyClient } from './client.ts';
import { isParleyError } from './core/errors.ts';
import { SmallServer } from './core/testing/small-server.ts';

describe('createParleyClient', () => {
  it.runIf(globalThis.WebSocket === undefined)('says what to pass where there is no WebSocket', () => {
    expect(() => createParleyClient({ url: 'http://localhost:3000' })).toThrow(
      'pass that of the ws package as `WebSocket`',
    );
  });

  it('says that an address is needed', () => {
    expect(() => createParleyClient({ WebSocket })).toThrow('`url` is needed');
  });

  it('leaves signing in to the application whose tokens it uses', async () => {
    const client = createParleyClient({ url: 'http://localhost:1', WebSocket, getAccessToken: () => null });
    await expect(client.signIn({ email: 'ana@parley.test', password: 'x' })).rejects.toThrow(
      'getAccessToken',
    );
    await expect(client.signOut()).rejects.toThrow('getAccessToken');
    expect(client.session.getSnapshot()).toBeNull();
    await client.close();
  });

  it('uses the fetch that it is given, and gives a failed request a reason', async () => {
    const asked: string[] = [];
    const client = createParleyClient({
      url: 'http://localhost:1',
      WebSocket,
      fetch: (url) => {
        asked.push(url);
        return Promise.reject(new TypeError('fetch failed'));
      },
    });
    const error: unknown = await client
      .signIn({ email: 'a@b.test', password: 'x' })
      .catch((cause: unknown) => cause);
    expect(isParleyError(error, 'unavailable')).toBe(true);
    expect(isParleyError(error, 'rate_limited')).toBe(false);
    expect(isParleyError(error) && error.data.retryable).toBe(true);
    expect(asked).toEqual(['http://localhost:1/trpc/auth.login']);
    await client.close();
  });

  it('never shows the token in an address', async () => {
    await using server = await SmallServer.start();
    const addresses: string[] = [];
    class Watched extends WebSocket {
      constructor(url: string) {
        super(url);
        addresses.push(url);
      }
    }
    const session = server.issue();
    const client = createParleyClient({
      url: server.url,
      session,
      WebSocket: Watched,
      fetch: (url, init) => {
        addresses.push(url);
        return fetch(url, init);
      },
    });
    await client.trpc.auth.me.query();
    await client.signOut();
    expect(addresses).toHaveLength(2);
    expect(addresses.join()).not.toContain(session.accessToken);
    await client.close();
  });
});
